package main

import (
	"context"
	"fmt"
	"os"
	"slices"
)

// stager does the work of the command. list and cache are its flags.
type stager struct {
	list  string
	cache string
}

// stage lays the image's files out in a folder.
func (s stager) stage(ctx context.Context, architecture, dir string) error {
	p, err := findPlatform(architecture)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(s.list)
	if err != nil {
		return err
	}
	list, err := parseList(string(text))
	if err != nil {
		return fmt.Errorf("reading %s: %w", s.list, err)
	}
	scratch, err := os.MkdirTemp("", "orderly-apt-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	kept := store{dir: s.cache, open: func(ctx context.Context) (*apt, error) { return newAPT(ctx, scratch, architecture) }}
	image, err := pick(ctx, kept, forArchitecture(list, architecture), p)
	if err != nil {
		return err
	}
	return image.write(dir)
}

// pick gets the packages and chooses the image's files from them.
func pick(ctx context.Context, kept store, packages []pinned, p platform) (tree, error) {
	files, err := kept.get(ctx, packages)
	if err != nil {
		return nil, err
	}
	var opened []deb
	for i, file := range files {
		d, err := openDeb(ctx, packages[i], file)
		if err != nil {
			return nil, err
		}
		opened = append(opened, d)
	}
	return lay(opened, p)
}

// update rewrites the list.
func (s stager) update(ctx context.Context) error {
	var list []pinned
	for _, p := range platforms {
		found, err := s.candidates(ctx, p)
		if err != nil {
			return fmt.Errorf("for %s: %w", p.architecture, err)
		}
		list = append(list, found...)
	}
	text := formatList(list)
	if _, err := parseList(text); err != nil {
		return fmt.Errorf("the package sources do not have the same packages for all architectures yet, try again later: %w", err)
	}
	return os.WriteFile(s.list, []byte(text), 0o644)
}

// candidates returns the packages that an image for this platform would be made of today: those of the origins and of all that they
// depend on which give it a file.
func (s stager) candidates(ctx context.Context, p platform) ([]pinned, error) {
	scratch, err := os.MkdirTemp("", "orderly-apt-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	a, err := newAPT(ctx, scratch, p.architecture)
	if err != nil {
		return nil, err
	}
	packages, err := a.resolve(ctx, origins)
	if err != nil {
		return nil, err
	}
	kept := store{dir: s.cache, open: func(context.Context) (*apt, error) { return a, nil }}
	image, err := pick(ctx, kept, packages, p)
	if err != nil {
		return nil, err
	}
	owners := image.owners()
	return slices.DeleteFunc(packages, func(p pinned) bool { return !slices.Contains(owners, p.name) }), nil
}
