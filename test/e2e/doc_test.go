// Package e2e tells the stories of Orderly's users on a real node: a kubelet, a container runtime and every controller are there, and
// Orderly is installed from its chart, with values.yaml beside this file. `make test` starts the node and runs them; each test has a
// namespace of its own. `make soak` runs them often, and one with more Jobs: -jobs 500.
//
// The tests run on the machine of the node itself: some leave or read files in folders that Pods mount or look at their processes, a webhook of
// the tests' own and git servers (package gitserver) are served from here, and one runs the companion as a process, to kill it.
package e2e
