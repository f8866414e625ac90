package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"orderly.dev/test/cluster/build"
	"orderly.dev/test/cluster/host"
)

// Node is the node of this machine; there is one at most.
type Node struct {
	Layout
	Builder build.Builder
	Out     io.Writer // gets the progress

	programs build.Programs
	services []*host.Running
	cgroup   host.Cgroup
	netns    host.Netns
}

// New returns the node, running or not.
func New(layout Layout, builder build.Builder, out io.Writer) (*Node, error) {
	if err := host.UseSystemPath(); err != nil {
		return nil, err
	}
	cgroup, err := host.NewCgroup(Name)
	if err != nil {
		return nil, err
	}
	return &Node{Layout: layout, Builder: builder, Out: out, cgroup: cgroup, netns: host.Netns{Name: Name}}, nil
}

// description is what is written down about a node that came up.
type description struct {
	Kubernetes string
	Programs   build.Programs
	Started    time.Time
}

// describe reads the description of the node that came up last and has not been taken down; none is not an error.
func (n *Node) describe() (description, error) {
	var d description
	content, err := os.ReadFile(n.description())
	if errors.Is(err, os.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return d, fmt.Errorf("reading the description of the node: %w; only root may", err)
	}
	if err := json.Unmarshal(content, &d); err != nil {
		return description{}, fmt.Errorf("reading the description of the node in %s: %w", n.description(), err)
	}
	return d, nil
}

// writeJSON writes a file that must not be there half.
func writeJSON(path string, value any) error {
	content, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding %s: %w", path, err)
	}
	if err := os.WriteFile(path+".new", append(content, '\n'), 0o640); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return os.Rename(path+".new", path)
}

// start starts one component in the node's network namespace.
func (n *Node) start(name string, args []string, env ...string) error {
	service, err := host.Start(host.Service{
		Name: name, Path: n.programs[name], Args: args, Env: env, Netns: n.netns.Path(),
		LogFile: n.log(name), PIDFile: n.pidFile(name), Mark: n.State,
	})
	if err != nil {
		return err
	}
	n.services = append(n.services, service)
	return nil
}

// wait checks until a condition holds, a component has died, or the time is up; the error says which.
func (n *Node) wait(ctx context.Context, within time.Duration, what string, check func(context.Context) error) error {
	deadline, stop := context.WithTimeout(ctx, within)
	defer stop()
	for {
		for _, service := range n.services {
			if err := service.Died(); err != nil {
				return fmt.Errorf("waiting for %s: %w", what, err)
			}
		}
		err := check(deadline)
		if err == nil {
			return nil
		}
		select {
		case <-deadline.Done():
			return fmt.Errorf("waiting for %s: %w after %s; last seen: %w; the logs are in %s",
				what, deadline.Err(), within, err, n.Logs())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
