// Package node starts and stops a real single-node Kubernetes: etcd, the control plane, a registry, containerd, the kubelet and
// kube-proxy, as processes of this machine, without a container engine around them.
//
// # Where it lives
//
// Everything runs in a network namespace of its own, so that ports, iptables and interfaces of the host stay as they are:
//
//	host                              namespace orderly-node
//	orderly0 10.89.1.254 ── veth ──── host0 10.89.1.1      the API server for the host: https://10.89.1.1:6443
//	routes to the three networks      node0 10.89.0.1/24   the node: kubelet, API server, registry (:5000)
//	                                  cni0  10.244.0.1/24  Pods; Services are 10.96.0.0/16
//
// By the routes a test on the host reaches node, Services and Pods, and Pods and API server reach what a test serves at 10.89.1.254.
// Files lie in a state folder and a run folder (Layout), containers in a cgroup of their own.
//
// # How it stops
//
// Down does not trust that Up came to an end, or that anything is as Up left it: it looks for what can be ours, ends it, and at last
// looks again and names what is left. Up begins with the same cleaning, so whatever happened before, it starts from nothing.
// Nothing is taken for ours by a name alone that someone else could use; package host tells how.
package node
