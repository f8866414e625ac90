package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"orderly.dev/test/cluster/host"
)

// stopOrder lists the components in the order in which they stop: those that start things first, what all others need last.
var stopOrder = []string{
	"kubelet", "kube-proxy", "kube-scheduler", "kube-controller-manager", "kube-apiserver", "registry", "etcd", "containerd",
}

// stopGrace is how long a component may take to end by itself.
const stopGrace = 5 * time.Second

// outside is what kubelet and CNI leave in places that no setting of theirs can move: the socket for device plugins, links to
// container logs, the network library's notes, and what the kubelet sets in the kernel.
var outside = host.Traces{
	Folders: []string{
		"/var/lib/kubelet/device-plugins", "/var/lib/kubelet", "/var/log/containers", "/var/lib/cni/results", "/var/lib/cni",
	},
	Contents: []string{
		"/var/lib/kubelet/device-plugins/kubelet.sock", "/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint",
	},
	Files: []string{"/var/lib/cni/results/" + Name + "-*"},
	Links: []string{"/var/log/containers"},
	Sysctls: []string{
		"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops",
		"kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes",
	},
}

// Down stops the node and removes everything that it made but its logs. It is an error if anything is left.
func (n *Node) Down(ctx context.Context) error {
	if err := host.Check(); err != nil {
		return err
	}
	lock, err := n.acquire(ctx)
	if err != nil {
		return err
	}
	defer lock.Release()
	steps := newSteps(n.Out)
	if len(n.remnants()) == 0 {
		steps.say("no node is here; nothing to do")
		return nil
	}
	if err := n.clean(ctx, steps); err != nil {
		return err
	}
	steps.say("the node is gone (%s); its logs are still in %s", steps.elapsed(), n.Logs())
	return nil
}

func (n *Node) acquire(ctx context.Context) (*host.Lock, error) {
	return host.Acquire(ctx, n.lock(), func() {
		_, _ = fmt.Fprintln(n.Out, "another up or down is at work; waiting for it")
	})
}

// clean ends and removes whatever is there of a node, whole or not, and verifies it. Each step is tried even if one before it
// failed: what is left over decides.
func (n *Node) clean(ctx context.Context, steps *steps) error {
	err := errors.Join(
		steps.do("stopping the components", n.stopServices),
		steps.do("ending shims and containers", n.endProcesses),
		steps.do("unmounting", func() error { return host.Unmount(n.State, n.Run) }),
		steps.do("removing the network", func() error {
			return errors.Join(host.RemoveLink(ctx, hostLink), n.netns.Remove())
		}),
		steps.do("removing the files", func() error {
			return errors.Join(outside.Undo(n.traces(), n.State), n.removeFiles())
		}),
	)
	if left := n.remnants(); len(left) > 0 {
		err = errors.Join(err, fmt.Errorf("still there after stopping the node:\n  %s", strings.Join(left, "\n  ")))
	}
	return err
}

// stopServices ends the components that have a pid file.
func (n *Node) stopServices() error {
	var errs []error
	for _, name := range stopOrder {
		content, err := os.ReadFile(n.pidFile(name))
		if err != nil {
			continue
		}
		process, err := host.ParseProcess(string(content))
		if err != nil {
			continue // half written by an up that was killed; endProcesses finds the process by its mark
		}
		errs = append(errs, process.End(stopGrace))
	}
	return errors.Join(errs...)
}

// endProcesses kills what has no pid file: the shims, what an Up that was killed had just started, and at last the containers.
// The shims go first: they would see their containers end and start runc to clean up.
func (n *Node) endProcesses() error {
	for {
		marked, err := host.Marked(n.State)
		if err != nil {
			return err
		}
		if len(marked) == 0 {
			return n.cgroup.Remove()
		}
		for _, process := range marked {
			if err := process.Kill(); err != nil {
				return err
			}
		}
	}
}

// removeFiles removes the folders but for the logs and the lock.
func (n *Node) removeFiles() error {
	// Never delete through a mount: it might be a volume with files that are not ours.
	if mounts, err := host.MountsBelow(n.State, n.Run); err != nil || len(mounts) > 0 {
		return errors.Join(err, fmt.Errorf("not deleting files: %d mounts are still below %s and %s", len(mounts), n.State, n.Run))
	}
	errs := []error{os.RemoveAll(n.Run)}
	for _, path := range n.files() {
		errs = append(errs, os.RemoveAll(path))
	}
	return errors.Join(errs...)
}

// files lists what is in the state folder, but for what stays.
func (n *Node) files() []string {
	entries, _ := os.ReadDir(n.State)
	var paths []string
	for _, entry := range entries {
		if path := filepath.Join(n.State, entry.Name()); path != n.Logs() && path != n.lock() {
			paths = append(paths, path)
		}
	}
	return paths
}

// remnants names everything of a node that is there now.
func (n *Node) remnants() []string {
	var left []string
	marked, _ := host.Marked(n.State)
	for _, process := range append(marked, n.cgroup.Processes()...) {
		left = append(left, fmt.Sprintf("process %d: %s", process.PID, process.Command()))
	}
	if n.cgroup.Exists() {
		left = append(left, "cgroup "+Name)
	}
	mounts, _ := host.MountsBelow(n.State, n.Run)
	for _, mount := range mounts {
		left = append(left, "mount "+mount.Path)
	}
	if host.LinkExists(hostLink) {
		left = append(left, "network interface "+hostLink)
	}
	if n.netns.Exists() {
		left = append(left, "network namespace "+n.netns.Path())
	}
	if _, err := os.Stat(n.Run); err == nil {
		left = append(left, "folder "+n.Run)
	}
	for _, path := range n.files() {
		left = append(left, "file "+path)
	}
	return left
}
