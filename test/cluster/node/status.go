package node

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"orderly.dev/test/cluster/host"
)

// Component is one part of the node as it is now.
type Component struct {
	Name  string
	PID   int
	Alive bool
}

// components reads what runs from the pid files.
func (n *Node) components() []Component {
	var all []Component
	for _, name := range slices.Backward(stopOrder) {
		component := Component{Name: name}
		if content, err := os.ReadFile(n.pidFile(name)); err == nil {
			if process, err := host.ParseProcess(string(content)); err == nil {
				component.PID, component.Alive = process.PID, process.Alive()
			}
		}
		all = append(all, component)
	}
	return all
}

// Status prints what runs. It returns an error where no healthy node does.
func (n *Node) Status(ctx context.Context) error {
	d, err := n.describe()
	if err != nil {
		return err
	}
	if d.Kubernetes == "" {
		if left := n.remnants(); len(left) > 0 {
			return fmt.Errorf("no node is up, but %d things of one are left (%s, …): `down` removes them", len(left), left[0])
		}
		return fmt.Errorf("no node is up: `up` starts one")
	}
	n.printf("Kubernetes %s, up for %s", d.Kubernetes, time.Since(d.Started).Round(time.Second))
	var dead []string
	for _, component := range n.components() {
		state := "running"
		if !component.Alive {
			state = "DEAD"
			dead = append(dead, component.Name)
		}
		n.printf("  %-24s %-8s pid %-8d %s", component.Name, state, component.PID, n.log(component.Name))
	}
	n.printf("  %-24s %s", "kubeconfig", n.Kubeconfig())
	n.printf("  %-24s %s", "registry", Registry)
	n.printf("  %-24s %s", "this machine, for Pods", HostIP)
	if len(dead) > 0 {
		return fmt.Errorf("not running: %v; `up` starts the node anew", dead)
	}
	client, err := newClient(n.Kubeconfig())
	if err != nil {
		return err
	}
	return client.nodeReady(ctx)
}

// Kubectl returns the path of the kubectl that fits the running node, or the wanted version where none runs.
func (n *Node) Kubectl(ctx context.Context) (string, error) {
	d, err := n.describe()
	if err != nil {
		return "", err
	}
	if path := d.Programs["kubectl"]; path != "" {
		return path, nil
	}
	programs, err := n.Builder.Build(ctx, "kubectl")
	return programs["kubectl"], err
}

// KubectlEnv makes kubectl use the node and keep what it notes about it with the node, not in the user's home.
func (n *Node) KubectlEnv() []string {
	return []string{"KUBECONFIG=" + n.Kubeconfig(), "KUBECACHEDIR=" + n.data("kubectl-cache")}
}

func (n *Node) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(n.Out, format+"\n", args...)
}
