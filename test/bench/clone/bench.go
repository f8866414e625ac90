package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/test/bench/figure"
	"orderly.dev/test/gitclone/container"
	"orderly.dev/test/gitserver"
)

// What is cloned.
const (
	files        = 50_000
	bulkFiles    = 128
	bulkSize     = 64 << 10 // bytes of each: 8 MiB in all, two seconds at the pace of a slow server
	repeated     = 3        // runs of each kind
	repeatedFour = 3        // runs of the four together and of each alone
	repository   = "many.git"
)

// bulks are the four repositories.
var bulks = []string{"one.git", "two.git", "three.git", "four.git"}

// bench is a server and a folder for clones, on one file system.
type bench struct {
	dir    string
	image  container.Image
	web    *gitserver.Web
	starts int
}

func newBench(image string) (*bench, error) {
	root, err := filepath.Abs(image)
	if err != nil {
		return nil, err
	}
	b := &bench{}
	if b.dir, err = os.MkdirTemp("", "clone"); err != nil {
		return nil, err
	}
	return b, errors.Join(os.Chmod(b.dir, 0o755), b.start(root))
}

func (b *bench) start(root string) error {
	store, err := gitserver.NewStore(b.dir)
	if err != nil {
		return err
	}
	if err := store.AddMany(repository, files); err != nil {
		return err
	}
	for _, name := range bulks {
		if err := store.AddBulk(name, bulkFiles, bulkSize); err != nil {
			return err
		}
	}
	authority, err := gitserver.NewAuthority("bench")
	if err != nil {
		return err
	}
	b.image = container.Image{Root: root, Authorities: authority.Root}
	b.web, err = gitserver.StartWeb(gitserver.WebOptions{Dir: filepath.Join(b.dir, "web"), Store: store, Authority: authority})
	return err
}

func (b *bench) close() error {
	var err error
	if b.web != nil {
		err = b.web.Close()
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

// took runs a Pod's cloner, or a script in its place, and returns how long it ran.
func (b *bench) took(access gitserver.Access, script string, names ...string) (time.Duration, error) {
	b.starts++
	p := &container.Pod{Image: b.image, User: 65532, Dir: filepath.Join(b.dir, fmt.Sprintf("pod%d", b.starts)),
		Order: clone.Order{Workspace: "/workspace", EnvPrefix: "ORDERLY_"}}
	defer func() { _ = os.RemoveAll(p.Dir) }()
	if err := os.MkdirAll(p.Dir, 0o755); err != nil {
		return 0, err
	}
	for _, name := range names {
		u, err := clone.ParseURL(b.web.URL(gitserver.Chain, access, name))
		if err != nil {
			return 0, err
		}
		p.Order.Repositories = append(p.Order.Repositories, clone.Repository{URL: u, Path: clone.Path(u.Name()), Depth: 1})
	}
	if script != "" {
		p.Image.Cloner = filepath.Join(p.Dir, "script")
		if err := os.WriteFile(p.Image.Cloner, []byte(script), 0o755); err != nil {
			return 0, err
		}
	}
	r, err := p.Start()
	if err != nil {
		return 0, err
	}
	result := r.Wait()
	if result.Err == nil && result.Code != 0 {
		result.Err = fmt.Errorf("cloning ended with %d:\n%s", result.Code, result.Log)
	}
	return result.Took, errors.Join(result.Err, requireFiles(p, names))
}

// requireFiles proves that something was cloned.
func requireFiles(p *container.Pod, names []string) error {
	for i := range names {
		dir := filepath.Join(p.Tree(), string(p.Order.Repositories[i].Path))
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		if len(entries) < 2 {
			return fmt.Errorf("there is nothing in %s", dir)
		}
	}
	return nil
}

// plain is git alone, as people call it.
const plain = `#!/bin/sh
export HOME=/builder/private GIT_CONFIG_NOSYSTEM=1
exec git clone --quiet --depth 1 %s /builder/trees/tree/many
`

func (b *bench) compareWithGit() ([]figure.Figure, error) {
	script := fmt.Sprintf(plain, b.web.URL(gitserver.Chain, gitserver.Open, repository))
	var ours, gits []time.Duration
	for i := range repeated + 1 { // the first round warms up and does not count
		git, err := b.took(gitserver.Open, script, repository)
		if err != nil {
			return nil, fmt.Errorf("git clone: %w", err)
		}
		our, err := b.took(gitserver.Open, "", repository)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			ours, gits = append(ours, our), append(gits, git)
		}
	}
	return []figure.Figure{milliseconds("clone_ms", ours), milliseconds("git_clone_ms", gits), ratio("clone_ratio", ours, gits)}, nil
}

func (b *bench) compareFour() ([]figure.Figure, error) {
	far, err := b.fourOverSlowest("clone4_ratio", gitserver.Slow)
	if err != nil {
		return nil, err
	}
	near, err := b.fourOverSlowest("clone4_local_ratio", gitserver.Open)
	return []figure.Figure{far, near}, err
}

func (b *bench) fourOverSlowest(name string, access gitserver.Access) (figure.Figure, error) {
	var together, slowest []time.Duration
	for range repeatedFour {
		all, err := b.took(access, "", bulks...)
		if err != nil {
			return figure.Figure{}, err
		}
		together = append(together, all)
		var longest time.Duration
		for _, one := range bulks {
			alone, err := b.took(access, "", one)
			if err != nil {
				return figure.Figure{}, err
			}
			longest = max(longest, alone)
		}
		slowest = append(slowest, longest)
	}
	return ratio(name, together, slowest), nil
}

// size is what the image's files take.
func (b *bench) size() ([]figure.Figure, error) {
	var bytes int64
	err := filepath.WalkDir(b.image.Root, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return []figure.Figure{figure.New("clone_image_mb", float64(bytes)/1e6, "MB")}, err
}

func median(took []time.Duration) float64 {
	sorted := slices.Sorted(slices.Values(took))
	return float64(sorted[len(sorted)/2]) / float64(time.Millisecond)
}

func milliseconds(name string, took []time.Duration) figure.Figure {
	return figure.New(name, median(took), "ms")
}

func ratio(name string, ours, theirs []time.Duration) figure.Figure {
	return figure.New(name, median(ours)/median(theirs), "ratio")
}
