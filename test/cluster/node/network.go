package node

import (
	"context"
	"fmt"
	"net/netip"
	"os/exec"
	"strings"

	"orderly.dev/test/cluster/host"
)

// createNetwork makes the namespace, its interfaces and the host's way into it.
func (n *Node) createNetwork(ctx context.Context) error {
	taken, err := host.Overlapping(ctx, append(routed(), netip.MustParsePrefix(linkNetwork)))
	if err != nil {
		return err
	}
	if len(taken) > 0 {
		return fmt.Errorf("this machine uses addresses that the node needs (%s): %s; end what made these routes first",
			joinPrefixes(), strings.Join(taken, "; "))
	}
	if err := n.netns.Create(ctx); err != nil {
		return err
	}
	if err := host.Batch(n.netns.Command(ctx, "ip", "-batch", "-"), insideLinks()); err != nil {
		return err
	}
	if err := n.setSysctls(ctx); err != nil {
		return err
	}
	if err := host.Batch(exec.CommandContext(ctx, "ip", "-batch", "-"), hostLinks()); err != nil {
		return err
	}
	if err := host.Batch(n.netns.Command(ctx, "ip", "-batch", "-"), []string{
		"address add " + gatewayIP + "/24 dev host0",
		"link set host0 up",
	}); err != nil {
		return err
	}
	return host.Batch(exec.CommandContext(ctx, "ip", "-batch", "-"), hostRoutes())
}

// insideLinks give the node an interface with an address: the kubelet refuses the loopback's, and a kernel may lack `dummy`. A
// bridge is up only with a port that is up, hence the veth pair whose other end nobody uses. The default route makes the node
// choose its own address when it speaks to Services.
func insideLinks() []string {
	return []string{
		"link set lo up",
		"link add node0 type bridge",
		"address add " + NodeIP + "/24 dev node0",
		"link add carrier0 type veth peer name carrier1",
		"link set carrier0 master node0",
		"link set carrier0 up",
		"link set carrier1 up",
		"link set node0 up",
		"route add default dev node0",
	}
}

// hostLinks connect the host with the namespace.
func hostLinks() []string {
	return []string{
		"link add " + hostLink + " type veth peer name host0 netns " + Name,
		"address add " + HostIP + "/24 dev " + hostLink,
		"link set " + hostLink + " up",
	}
}

// hostRoutes are the host's way to node, Services and Pods.
func hostRoutes() []string {
	var lines []string
	for _, network := range routed() {
		lines = append(lines, "route add "+network.String()+" via "+gatewayIP+" dev "+hostLink)
	}
	return lines
}

// setSysctls lets the namespace pass packets on, and lets iptables see those between two Pods on the bridge: a Service whose Pod is the
// caller's neighbour would not be translated back otherwise. A kernel without that switch has no bridge netfilter to switch on.
func (n *Node) setSysctls(ctx context.Context) error {
	const script = `echo 1 >/proc/sys/net/ipv4/ip_forward
f=/proc/sys/net/bridge/bridge-nf-call-iptables; if [ -e $f ]; then echo 1 >$f; fi`
	if out, err := n.netns.Command(ctx, "sh", "-ec", script).CombinedOutput(); err != nil {
		return fmt.Errorf("setting the network's switches: %w: %s", err, out)
	}
	return nil
}

func joinPrefixes() string {
	var all []string
	for _, network := range routed() {
		all = append(all, network.String())
	}
	return strings.Join(all, ", ")
}
