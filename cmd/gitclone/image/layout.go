package main

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

var folder = entry{mode: fs.ModeDir | 0o755}

func linkTo(target string) entry { return entry{mode: fs.ModeSymlink | 0o777, link: target} }

// statusDir holds a note for each package, by which scanners for known weaknesses find out what an image is made of that has no
// package manager.
const statusDir = "var/lib/dpkg/status.d/"

// lay chooses from the packages what the image for this platform needs, and nothing else.
func lay(packages []deb, p platform) (tree, error) {
	all := tree{}
	for _, d := range packages {
		if err := all.add(d.files); err != nil {
			return nil, err
		}
	}
	authorities, err := bundle(all)
	if err != nil {
		return nil, err
	}
	if err := all.add(authorities); err != nil {
		return nil, err
	}
	loaded, err := p.loaded(all)
	if err != nil {
		return nil, err
	}
	files, err := closure(all, slices.Concat(programs, loaded), p.libraryDirs())
	if err != nil {
		return nil, err
	}
	if files, err = licences(all, append(files, bundlePath)); err != nil {
		return nil, err
	}
	image := maps.Clone(settings)
	for _, name := range files {
		if all[name].mode&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
			return nil, fmt.Errorf("/%s of %s gives its user other rights (%v): such a file must not be in the image", name, all[name].owner, all[name].mode)
		}
		image[name] = all[name]
	}
	image.note(packages)
	return image, nil
}

// note says which packages the files come from.
func (t tree) note(packages []deb) {
	owners := t.owners()
	for _, d := range packages {
		if slices.Contains(owners, d.name) {
			t[statusDir+d.name] = entry{mode: 0o644, content: d.control, owner: d.name}
		}
	}
}

// owners returns the names of the packages that the files come from.
func (t tree) owners() []string {
	names := map[string]bool{}
	for _, e := range t {
		if e.owner != "" {
			names[e.owner] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
