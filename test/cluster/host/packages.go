package host

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Package is something of the distribution that the node needs.
type Package struct {
	Name    string
	present func() bool
}

// CNIPlugins is where Debian puts the network plugins.
const CNIPlugins = "/usr/lib/cni"

// Busybox is the static program that the test images are made of.
const Busybox = "/bin/busybox"

// Packages are what the node takes from Debian rather than building it: tools that are tied to the kernel or to C.
var Packages = []Package{
	{"runc", program("runc")},
	{"containernetworking-plugins", file(filepath.Join(CNIPlugins, "bridge"))},
	{"iptables", program("iptables")},
	{"conntrack", program("conntrack")},
	{"iproute2", program("ip")},
	{"util-linux", program("nsenter")},
	{"mount", program("mount")},
	{"busybox-static", static(Busybox)},
}

// UseSystemPath adds the folders of system programs, which the PATH of `su` and of some CI runners lacks.
func UseSystemPath() error {
	return os.Setenv("PATH", os.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin")
}

// Missing returns the names of the packages that this machine lacks.
func Missing(packages []Package) []string {
	var names []string
	for _, p := range packages {
		if !p.present() {
			names = append(names, p.Name)
		}
	}
	return names
}

// Install installs packages with apt-get. What it prints goes to the log.
func Install(ctx context.Context, names []string, log string) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("this machine lacks %s and has no apt-get: install what they are called here", strings.Join(names, ", "))
	}
	if err := os.MkdirAll(filepath.Dir(log), 0o755); err != nil {
		return err
	}
	install := slices.Concat([]string{"install", "--yes", "--no-install-recommends"}, names)
	if aptGet(ctx, log, install...) == nil {
		return nil
	}
	// A fresh machine has no package lists, or old ones that name files that are gone.
	if err := aptGet(ctx, log, "update"); err != nil {
		return fmt.Errorf("apt-get update: %w; the end of %s:\n%s", err, log, Tail(log, 20))
	}
	if err := aptGet(ctx, log, install...); err != nil {
		return fmt.Errorf("installing %s: %w; the end of %s:\n%s", strings.Join(names, ", "), err, log, Tail(log, 20))
	}
	return nil
}

func aptGet(ctx context.Context, log string, args ...string) error {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	// Another apt-get, of a machine that is just being set up for instance, is waited for.
	cmd := exec.CommandContext(ctx, "apt-get", slices.Concat([]string{"-o", "DPkg::Lock::Timeout=300"}, args)...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = out, out
	return errors.Join(cmd.Run(), out.Close())
}

func program(name string) func() bool {
	return func() bool {
		_, err := exec.LookPath(name)
		return err == nil
	}
}

func file(path string) func() bool {
	return func() bool {
		_, err := os.Stat(path)
		return err == nil
	}
}

// static tells busybox-static from busybox, which has the same file but needs a C library that no image of ours has.
func static(path string) func() bool {
	return func() bool {
		binary, err := elf.Open(path)
		if err != nil {
			return false
		}
		defer func() { _ = binary.Close() }()
		return !slices.ContainsFunc(binary.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
	}
}
