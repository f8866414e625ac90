package build

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"orderly.dev/test/cluster/host"
)

// Builder builds components, or finds them built.
type Builder struct {
	Source string    // folder of this module; looked for when it is needed and empty
	Cache  string    // where built programs are kept
	Kube   string    // version of Kubernetes, without "v"
	Out    io.Writer // gets the progress
}

// CacheFolder is where programs are kept unless XDG_CACHE_HOME says otherwise.
func CacheFolder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache: %w; set XDG_CACHE_HOME", err)
	}
	return filepath.Join(cache, "orderly"), nil
}

// Programs holds the paths of built programs by name.
type Programs map[string]string

// Build builds those of the components that are not built yet. Without names it builds all.
func (b Builder) Build(ctx context.Context, names ...string) (Programs, error) {
	if b.Source == "" {
		var err error
		if b.Source, err = FindSource(); err != nil {
			return nil, err
		}
	}
	if err := known(names); err != nil {
		return nil, err
	}
	programs := Programs{}
	for _, c := range Components() {
		if len(names) > 0 && !slices.Contains(names, c.Name) {
			continue
		}
		folder, err := b.component(ctx, c)
		if err != nil {
			return nil, err
		}
		for _, p := range c.Programs {
			programs[p.Name] = filepath.Join(folder, p.Name)
		}
	}
	return programs, nil
}

func known(names []string) error {
	var all []string
	for _, c := range Components() {
		all = append(all, c.Name)
	}
	for _, name := range names {
		if !slices.Contains(all, name) {
			return fmt.Errorf("no component is called %q; there are %s", name, strings.Join(all, ", "))
		}
	}
	return nil
}

// component returns the folder with the component's programs.
func (b Builder) component(ctx context.Context, c Component) (string, error) {
	modfile, version, err := c.modfile(b.Source, b.Kube)
	if err != nil {
		return "", err
	}
	flags := c.flags(modfile, version)
	key, err := c.key(b.Source, modfile, flags)
	if err != nil {
		return "", err
	}
	folder := filepath.Join(b.Cache, fmt.Sprintf("%s-%s-%s", c.Name, version, key))
	if built(folder) {
		return folder, nil
	}
	// One that is being built by someone else is waited for rather than built twice.
	lock, err := host.Acquire(ctx, filepath.Join(b.Cache, c.Name+".lock"), func() {
		b.printf("%s is being built by another process; waiting for it", c.Name)
	})
	if err != nil {
		return "", err
	}
	defer lock.Release()
	if built(folder) {
		return folder, nil
	}
	return folder, b.compile(ctx, c, folder, flags, version)
}

func built(folder string) bool {
	_, err := os.Stat(folder)
	return err == nil
}

// flags are all that tells the compiler what to do, apart from what lies in the module.
func (c Component) flags(modfile, version string) []string {
	flags := []string{"-trimpath", "-buildvcs=false", "-mod=readonly", "-modfile=" + modfile, "-ldflags=" + c.linkerFlags(version)}
	if c.Tags != "" {
		flags = append(flags, "-tags="+c.Tags)
	}
	return flags
}

// key is a hash of everything that the result depends on but the version of Go.
func (c Component) key(source, modfile string, flags []string) (string, error) {
	hash := sha256.New()
	files := []string{modfile, strings.TrimSuffix(modfile, ".mod") + ".sum"}
	if c.Module == "" {
		files = []string{filepath.Join(source, c.Name, "main.go")}
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("reading what %s is built from: %w", c.Name, err)
		}
		_, _ = fmt.Fprintf(hash, "%d\n%s", len(content), content) // a hash takes everything
	}
	_, _ = fmt.Fprintf(hash, "%s\n%v\n", runtime.GOARCH, c.Programs)
	for _, flag := range flags {
		if !strings.HasPrefix(flag, "-modfile=") { // the same wherever the checkout lies
			_, _ = fmt.Fprintln(hash, flag)
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil))[:12], nil
}

// compile builds into a folder beside the final one and renames it when all is there.
func (b Builder) compile(ctx context.Context, c Component, folder string, flags []string, version string) error {
	leftovers, _ := filepath.Glob(filepath.Join(b.Cache, ".building-"+c.Name+"-*"))
	for _, leftover := range leftovers { // of builds that were killed: we have the lock
		_ = os.RemoveAll(leftover)
	}
	if _, err := exec.LookPath("go"); err != nil {
		return fmt.Errorf("building %s needs Go, which is not in the PATH; sudo drops it: use sudo env PATH=\"$PATH\" …", c.Name)
	}
	temporary := fmt.Sprintf("%s/.building-%s-%d", b.Cache, c.Name, os.Getpid())
	if err := os.MkdirAll(temporary, 0o755); err != nil {
		return fmt.Errorf("making a folder to build %s in: %w", c.Name, err)
	}
	defer func() { _ = os.RemoveAll(temporary) }()
	b.printf("building %s %s from source; on 2 idle cores with nothing cached this takes about %s", c.Name, version, c.Usual)
	start := time.Now()
	stop := b.heartbeat(c, start)
	defer stop()
	for _, p := range c.Programs {
		if err := b.goBuild(ctx, c, slices.Concat(flags, []string{"-o", filepath.Join(temporary, p.Name), p.Package})); err != nil {
			return fmt.Errorf("building %s %s: %w", p.Name, version, err)
		}
	}
	if err := os.Rename(temporary, folder); err != nil {
		return fmt.Errorf("keeping %s: %w", c.Name, err)
	}
	b.printf("built %s %s in %s", c.Name, version, time.Since(start).Round(time.Second))
	return nil
}

// goBuild runs the compiler, giving way to what else runs on the machine.
func (b Builder) goBuild(ctx context.Context, c Component, args []string) error {
	cmd := exec.CommandContext(ctx, "nice", slices.Concat([]string{"-n", "5", "go", "build"}, args)...)
	cmd.Dir = filepath.Join(b.Source, c.Part)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	const longest = 4000 // the compiler names the cause first
	return errors.Join(err, fmt.Errorf("%s", out[:min(len(out), longest)]))
}

// heartbeat shows that a long build is alive, until the function it returns is called.
func (b Builder) heartbeat(c Component, start time.Time) (stop func()) {
	ticker, done := time.NewTicker(20*time.Second), make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				b.printf("  still building %s: %s of about %s", c.Name, time.Since(start).Round(time.Second), c.Usual)
			case <-done:
				return
			}
		}
	}()
	return func() { ticker.Stop(); close(done) }
}

func (b Builder) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(b.Out, format+"\n", args...)
}
