package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Netns is a network namespace that `ip netns` knows by its name.
type Netns struct{ Name string }

// Path is the file that holds the namespace open.
func (n Netns) Path() string { return filepath.Join("/run/netns", n.Name) }

// Create makes the namespace. `ip netns add` would also turn /run/netns into a shared mount that stays for good; binding the
// one file is enough and can be undone.
func (n Netns) Create(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(n.Path()), 0o755); err != nil {
		return fmt.Errorf("making network namespace %s: %w", n.Name, err)
	}
	if err := os.WriteFile(n.Path(), nil, 0o444); err != nil {
		return fmt.Errorf("making network namespace %s: %w", n.Name, err)
	}
	return Run(ctx, "unshare", "--net="+n.Path(), "true")
}

// Command is a command that runs in the namespace. nsenter and not `ip netns exec`, which mounts a new /sys that hides the cgroups.
func (n Netns) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "nsenter", slices.Concat([]string{"--net=" + n.Path(), name}, args)...)
}

// Exists reports whether the namespace is there.
func (n Netns) Exists() bool {
	_, err := os.Lstat(n.Path())
	return err == nil
}

// Remove takes the name away; the namespace goes with the last process in it.
func (n Netns) Remove() error {
	if err := Unmount(n.Path()); err != nil {
		return err
	}
	if err := os.Remove(n.Path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing network namespace %s: %w", n.Name, err)
	}
	return nil
}

// LinkExists reports whether the host has this interface.
func LinkExists(name string) bool {
	_, err := net.InterfaceByName(name)
	return err == nil
}

// RemoveLink deletes an interface of the host, and with a veth its other end.
func RemoveLink(ctx context.Context, name string) error {
	if !LinkExists(name) {
		return nil
	}
	return Run(ctx, "ip", "link", "delete", name)
}

// Batch runs lines of `ip` commands in one go, stopping at the first that fails.
func Batch(ip *exec.Cmd, lines []string) error {
	ip.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	if out, err := ip.CombinedOutput(); err != nil {
		return fmt.Errorf("setting up the network (%s): %w: %s", strings.Join(lines, "; "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Run runs a command; its output is part of the error.
func Run(ctx context.Context, name string, args ...string) error {
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Overlapping returns the routes of this machine, in the form of `ip route`, that lie in one of the networks. To add routes for
// those networks would take them from whoever has them now.
func Overlapping(ctx context.Context, networks []netip.Prefix) ([]string, error) {
	out, err := exec.CommandContext(ctx, "ip", "-4", "route", "show", "table", "main").Output()
	if err != nil {
		return nil, fmt.Errorf("listing routes: %w", err)
	}
	return overlapping(string(out), networks), nil
}

func overlapping(routes string, networks []netip.Prefix) []string {
	var found []string
	for line := range strings.Lines(routes) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		prefix, err := netip.ParsePrefix(fields[0])
		if err != nil {
			address, err := netip.ParseAddr(fields[0])
			if err != nil {
				continue // default, unreachable and the like
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		// A wider route than ours, to a company's 10.0.0.0/8 for instance, only loses the addresses that we use.
		if slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Bits() <= prefix.Bits() && n.Overlaps(prefix) }) {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}
