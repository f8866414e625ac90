#!/bin/sh
# Makes the modfile that builds another version of Kubernetes: new-version.sh 1.36.3 writes go-1.36.3.mod and go-1.36.3.sum, and then
# `KUBE=1.36.3 cluster up` works. With --default it writes go.mod and go.sum instead.
#
# Kubernetes replaces its staging modules (k8s.io/api and others) by folders of its own repository. Those are not part of the module
# that one downloads, but each is published as a module too, as v0.36.3 for v1.36.3: the replacements here name these.
set -eu

usage='usage: new-version.sh [--default] VERSION (such as 1.36.3)'
default=
if [ "${1:-}" = --default ]; then default=yes; shift; fi
version=${1:?$usage}
cd "$(dirname "$0")"
file=go-$version.mod
[ -z "$default" ] || file=go.mod

upstream=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
cat >"$file" <<EOF
// Builds Kubernetes $version: tool directives name the programs, the rest is what their own go.mod asks for.
// Made by new-version.sh.

module orderly.dev/test/cluster/parts/kubernetes

$(grep '^go ' "$upstream")

$(grep '^godebug ' "$upstream")

tool (
	k8s.io/kubernetes/cmd/kube-apiserver
	k8s.io/kubernetes/cmd/kube-controller-manager
	k8s.io/kubernetes/cmd/kube-proxy
	k8s.io/kubernetes/cmd/kube-scheduler
	k8s.io/kubernetes/cmd/kubectl
	k8s.io/kubernetes/cmd/kubelet
)

require k8s.io/kubernetes v$version

replace (
$(sed -n 's|^[[:space:]]*\(k8s.io/[a-z0-9-]*\) => ./staging/.*|	\1 => \1 v0.'"${version#1.}"'|p' "$upstream")
)
EOF
go mod tidy -modfile="$file"
