#!/bin/bash
# Says what root is needed for, and fails without it: needs-root.sh WHAT
[ "$(id -u)" -eq 0 ] && exit 0
cat >&2 <<EOF
$1 needs root: it starts a real Kubernetes node (containerd, kubelet, a network namespace) on this machine.
  - run make as root, for example: sudo env PATH="\$PATH" make …
  - or, for the demo, use a cluster of your own and a registry that it can pull Orderly's images from:
      KUBECONFIG=… IMAGE_REGISTRY=… VERSION=… make demo
  - make check runs everything that needs no node
EOF
exit 1
