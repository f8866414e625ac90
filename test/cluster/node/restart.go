package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"orderly.dev/test/cluster/host"
)

// RestartAPIServer kills the API server of the node that runs, without warning, starts it again and waits until it is ready. All that it knows is in
// etcd; whoever watched something has to begin anew.
func (n *Node) RestartAPIServer(ctx context.Context) error {
	lock, err := n.acquire(ctx)
	if err != nil {
		return err
	}
	defer lock.Release()
	d, err := n.describe()
	if err != nil {
		return err
	}
	if d.Kubernetes == "" {
		return errors.New("no node is up: `up` starts one")
	}
	n.programs = d.Programs
	content, err := os.ReadFile(n.pidFile(apiServer))
	if err != nil {
		return fmt.Errorf("looking for the API server: %w", err)
	}
	process, err := host.ParseProcess(string(content))
	if err != nil {
		return fmt.Errorf("looking for the API server: %w", err)
	}
	if err := errors.Join(process.Kill(), n.startAPIServer()); err != nil {
		return err
	}
	api, err := newClient(n.Kubeconfig())
	if err != nil {
		return err
	}
	return n.wait(ctx, time.Minute, "the API server", func(ctx context.Context) error { return api.get(ctx, "/readyz", nil) })
}
