package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// store keeps packages' files by their checksums, so that they are downloaded once. What lies in it is believed only as far as
// its checksum goes.
type store struct {
	dir string
	// open prepares apt, which takes a moment and the network: it is called only when something is missing.
	open func(context.Context) (*apt, error)
}

// defaultStore is where packages are kept unless XDG_CACHE_HOME says otherwise.
func defaultStore() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache: %w; set XDG_CACHE_HOME, or say -cache", err)
	}
	return filepath.Join(cache, "orderly", "packages"), nil
}

// get returns the files of the packages, each with the checksum that its package is pinned to.
func (s store) get(ctx context.Context, packages []pinned) ([]string, error) {
	missing := slices.DeleteFunc(slices.Clone(packages), func(p pinned) bool { return hasChecksum(s.file(p), p.sha256) })
	if len(missing) > 0 {
		if err := s.fetch(ctx, missing); err != nil {
			return nil, err
		}
	}
	var files []string
	for _, p := range packages {
		files = append(files, s.file(p))
	}
	return files, nil
}

func (s store) file(p pinned) string { return filepath.Join(s.dir, p.sha256+".deb") }

func (s store) fetch(ctx context.Context, missing []pinned) error {
	a, err := s.open(ctx)
	if err != nil {
		return err
	}
	offers, err := a.offered(ctx, namesOf(missing))
	if err != nil {
		return err
	}
	if err := checkOffers(missing, offers); err != nil {
		return a.explain(err)
	}
	if err := a.download(ctx, missing); err != nil {
		return err
	}
	if err := s.keep(a.files); err != nil {
		return err
	}
	for _, p := range missing {
		if !hasChecksum(s.file(p), p.sha256) {
			return fmt.Errorf("%s was downloaded but its checksum is not that of the list, %s", p, p.sha256)
		}
	}
	return nil
}

// keep moves what was downloaded into the store.
func (s store) keep(dir string) error {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		target := s.file(pinned{sha256: hex.EncodeToString(sum[:])})
		half := fmt.Sprintf("%s.%d", target, os.Getpid())
		if err := os.WriteFile(half, content, 0o644); err != nil {
			return err
		}
		if err := os.Rename(half, target); err != nil {
			return err
		}
	}
	return nil
}

func hasChecksum(file, want string) bool {
	content, err := os.ReadFile(file)
	sum := sha256.Sum256(content)
	return err == nil && hex.EncodeToString(sum[:]) == want
}

// checkOffers tells of all packages that the sources do not have as they are pinned, with what they have instead.
func checkOffers(wanted, offers []pinned) error {
	var problems []error
	for _, p := range wanted {
		var instead []string
		for _, offer := range offers {
			if offer.name == p.name {
				instead = append(instead, offer.version)
			}
		}
		switch {
		case slices.Contains(offers, p):
		case slices.Contains(instead, p.version):
			problems = append(problems, fmt.Errorf("%s has another checksum there", p))
		case len(instead) == 0:
			problems = append(problems, fmt.Errorf("%s: they do not know this package", p))
		default:
			problems = append(problems, fmt.Errorf("%s: they have %s", p, strings.Join(instead, ", ")))
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("the package sources of this machine do not have what the list pins:\n%w\n"+
		"`make cloner-packages` renews the list from what they have; look at the difference before you commit it. "+
		"A source that keeps old versions helps, too", errors.Join(problems...))
}
