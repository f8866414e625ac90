package node

import (
	"net/netip"
	"path/filepath"
)

// Addresses of the node. They are private ones that few networks use; Up refuses to take them from anyone.
const (
	NodeIP      = "10.89.0.1"   // the node in its namespace
	HostIP      = "10.89.1.254" // this machine, as Pods and the API server see it
	gatewayIP   = "10.89.1.1"   // the namespace, as this machine sees it
	serviceIP   = "10.96.0.1"   // the Service `kubernetes`
	dnsIP       = "10.96.0.10"  // where cluster DNS would be
	nodeNetwork = "10.89.0.0/24"
	linkNetwork = "10.89.1.0/24"
	services    = "10.96.0.0/16"
	pods        = "10.244.0.0/16" // of all nodes
	podsOfNode  = "10.244.0.0/24" // of this one
)

// Names of what the node makes.
const (
	Name     = "orderly-node" // the Node, the network namespace, the cgroup and the pod network
	hostLink = "orderly0"     // the host's end of the veth
	Registry = NodeIP + ":5000"
	Server   = "https://" + gatewayIP + ":6443"
	// inside is the API server for the node's own components.
	inside     = "https://" + NodeIP + ":6443"
	pauseImage = "localhost/orderly-node-pause:dev"
)

// routed are the networks that the host reaches through the veth.
func routed() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix(nodeNetwork), netip.MustParsePrefix(services), netip.MustParsePrefix(pods)}
}

// Layout says where the node keeps what.
type Layout struct {
	State string // survives nothing but the logs: gone after Down
	Run   string // sockets and pid files; short, because the path of a socket may have 107 characters at most
}

// DefaultLayout is the only one there is for users; tests may have their own.
var DefaultLayout = Layout{State: "/var/lib/orderly-node", Run: "/run/orderly-node"}

// Logs is the folder of every component's log; Pods' logs lie in its subfolder pods. It survives Down until the next Up.
func (l Layout) Logs() string { return filepath.Join(l.State, "log") }

// Kubeconfig is the administrator's.
func (l Layout) Kubeconfig() string { return filepath.Join(l.State, "kubeconfig") }

func (l Layout) lock() string             { return filepath.Join(l.State, "lock") }
func (l Layout) description() string      { return filepath.Join(l.State, "node.json") }
func (l Layout) traces() string           { return filepath.Join(l.State, "traces.json") }
func (l Layout) containerdSocket() string { return filepath.Join(l.Run, "containerd.sock") }
func (l Layout) config(name string) string {
	return filepath.Join(l.State, "config", name)
}
func (l Layout) log(service string) string { return filepath.Join(l.Logs(), service+".log") }
func (l Layout) pidFile(service string) string {
	return filepath.Join(l.Run, service+".pid")
}
func (l Layout) pki(name string) string  { return filepath.Join(l.State, "pki", name) }
func (l Layout) data(name string) string { return filepath.Join(l.State, name) }

// folders are all that must be there before anything starts.
func (l Layout) folders() []string {
	return []string{l.State, l.Run, l.Logs(), l.config(""), l.config("cni"), l.config("registries"), l.pki("")}
}
