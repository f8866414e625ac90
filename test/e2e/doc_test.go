// Package e2e tells the stories of Orderly's users on a real node: a kubelet, a container runtime and every controller are there, and
// Orderly is installed from its chart. `make test` starts the node and runs them; each test has a namespace of its own.
//
// The tests run on the machine of the node itself: one reads files that Pods leave on the node, and a webhook of the
// tests' own is served from here.
package e2e
