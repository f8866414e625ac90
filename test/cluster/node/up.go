package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"strings"
	"time"

	"orderly.dev/test/cluster/host"
)

// Up makes sure that a healthy node of the wanted version runs: it builds what is not built, installs what the machine lacks,
// cleans up after a node that died, and starts one. A healthy one is left alone.
func (n *Node) Up(ctx context.Context) error {
	if err := host.Check(); err != nil {
		return err
	}
	if err := n.prepare(ctx); err != nil {
		return err
	}
	lock, err := n.acquire(ctx)
	if err != nil {
		return err
	}
	defer lock.Release()
	steps := newSteps(n.Out)
	if running, err := n.running(ctx); running || err != nil {
		steps.say("Kubernetes %s is already running", n.Builder.Kube)
		return err
	}
	if len(n.remnants()) > 0 {
		steps.say("removing the node that was here")
		if err := n.clean(ctx, steps); err != nil {
			return err
		}
	}
	steps.say("starting Kubernetes %s", n.Builder.Kube)
	if err := n.startAll(ctx, steps); err != nil {
		// Half a node is of no use; the logs stay. An interrupted Up must still clean up.
		steps.say("it did not start; removing what is there")
		return errors.Join(err, n.clean(context.WithoutCancel(ctx), steps))
	}
	steps.say("Kubernetes %s is ready (%s); logs: %s", n.Builder.Kube, steps.elapsed(), n.Logs())
	return nil
}

// prepare does all that a running node does not notice.
func (n *Node) prepare(ctx context.Context) error {
	var err error
	if n.programs, err = n.Builder.Build(ctx); err != nil {
		return err
	}
	missing := host.Missing(host.Packages)
	if len(missing) == 0 {
		return nil
	}
	steps := newSteps(n.Out)
	steps.say("installing Debian packages: %s", strings.Join(missing, " "))
	return steps.do("apt-get", func() error {
		log, err := os.CreateTemp("", "orderly-packages-*.log")
		if err != nil {
			return err
		}
		if err := host.Install(ctx, missing, log.Name()); err != nil {
			return err
		}
		return errors.Join(log.Close(), os.Remove(log.Name()))
	})
}

// running tells whether the node that is wanted is there and well.
func (n *Node) running(ctx context.Context) (bool, error) {
	d, err := n.describe()
	if err != nil || d.Kubernetes != n.Builder.Kube || !maps.Equal(d.Programs, n.programs) {
		return false, err
	}
	for _, component := range n.components() {
		if !component.Alive {
			return false, nil
		}
	}
	client, err := newClient(n.Kubeconfig())
	return err == nil && client.nodeReady(ctx) == nil, nil // a node without its kubeconfig is not well
}

// startAll starts everything in the order in which each finds what it needs.
func (n *Node) startAll(ctx context.Context, steps *steps) error {
	n.services = nil // those of a node that was stopped meanwhile have died, and are not to be minded
	var api client
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"folders, certificates, cgroup", func() error { return n.lay(ctx) }},
		{"network", func() error { return n.createNetwork(ctx) }},
		{"etcd and API server launched", func() error { return errors.Join(n.startEtcd(), n.startAPIServer()) }},
		{"containerd", func() error { return n.startContainerd(ctx) }},
		{"pause image", func() error { return n.importPause(ctx) }},
		{"registry", func() error { return errors.Join(n.startRegistry(), n.awaitRegistry(ctx)) }},
		{"images for tests", func() error { return n.pushTestImages(ctx) }},
		{"API server", func() (err error) {
			if api, err = newClient(n.Kubeconfig()); err != nil {
				return err
			}
			return n.wait(ctx, time.Minute, "the API server", func(ctx context.Context) error { return api.get(ctx, "/readyz", nil) })
		}},
		{"controller-manager, scheduler, kubelet, kube-proxy", func() error {
			return errors.Join(n.startControllers(), n.startKubelet(), n.startProxy())
		}},
		{"node ready", func() error { return n.awaitNode(ctx, api) }},
	} {
		if err := steps.do(step.what, step.do); err != nil {
			return err
		}
	}
	return writeJSON(n.description(), description{Kubernetes: n.Builder.Kube, Programs: n.programs, Started: time.Now()})
}

// lay makes what is nobody's process.
func (n *Node) lay(ctx context.Context) error {
	if err := os.RemoveAll(n.Logs()); err != nil {
		return fmt.Errorf("removing the logs of the last node: %w", err)
	}
	for _, folder := range n.folders() {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return fmt.Errorf("making the node's folders: %w", err)
		}
	}
	if err := outside.Record(n.traces()); err != nil {
		return err
	}
	host.LoadModules(ctx)
	return errors.Join(n.cgroup.Create(), n.certificates())
}

// awaitNode waits until a Pod that is created now is admitted, scheduled, started and reaches the API server.
func (n *Node) awaitNode(ctx context.Context, api client) error {
	if err := n.wait(ctx, time.Minute, "the node to be Ready", api.nodeReady); err != nil {
		return err
	}
	for what, path := range map[string]string{
		"the ServiceAccount default": "/api/v1/namespaces/default/serviceaccounts/default",
		"the cluster's certificate":  "/api/v1/namespaces/default/configmaps/kube-root-ca.crt",
	} {
		if err := n.wait(ctx, 30*time.Second, what, func(ctx context.Context) error { return api.get(ctx, path, nil) }); err != nil {
			return err
		}
	}
	return n.wait(ctx, 30*time.Second, "Services to be reachable", func(ctx context.Context) error {
		dialer := net.Dialer{Timeout: time.Second}
		connection, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(serviceIP, "443"))
		if err != nil {
			return err
		}
		return connection.Close()
	})
}
