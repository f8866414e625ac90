#!/bin/bash
# Says what root is needed for, and fails without it: needs-root.sh WHAT
if [ "$(id -u)" -ne 0 ]; then
	cat >&2 <<-EOF
		$1 needs root: it starts a real Kubernetes node (containerd, kubelet, network namespace) on this machine.
		  - run it as root, for example: sudo env PATH="\$PATH" make test
		  - or, for the demo, use a cluster of your own: KUBECONFIG=… make demo
		  - make check runs everything that needs no node
	EOF
	exit 1
fi
