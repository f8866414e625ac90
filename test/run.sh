#!/bin/bash
# Runs parts of the tests by name, each in turn, and ends with the time of each. The first part that fails ends the run.
#
#	test/run.sh unit chart apiserver
set -euo pipefail
unset KUBECONFIG # the node's is named where it is used
cd "$(dirname "$0")/.."

unit() {
	test/packages.sh gcc libc6-dev git # the race detector needs a C compiler, the cloner git and its servers
	go vet ./...
	go test -race -count=1 -parallel 8 $(go list ./... | grep -v -e /test/integration -e /test/e2e -e /test/conformance -e /test/git)
}

# conformance compares the wrapper with tini and dumb-init.
conformance() {
	test/packages.sh tini dumb-init
	go test -count=1 ./test/conformance
}

# git clones from real servers with the cloner of the real image.
git() {
	test/packages.sh git apache2-bin openssh-server openssh-client git-lfs
	make --no-print-directory rootfs
	go test -count=1 -parallel 6 ./test/gitserver/... ./test/gitclone/...
}

chart() { test/chart.sh; }

# cluster-unit tests the program that runs the node, without running one.
cluster-unit() { (cd test/cluster && go vet ./... && go test -count=1 ./...); }

# apiserver runs the webhook and the companion against a real kube-apiserver.
apiserver() {
	KUBEBUILDER_ASSETS=$(bin/cluster assets)
	ORDERLY_REGISTRY=$(bin/cluster build registry)
	export KUBEBUILDER_ASSETS ORDERLY_REGISTRY
	go test -count=1 -timeout 10m ./test/integration/...
}

# node starts and stops the real node, with every part of it killed in turn.
node() { (cd test/cluster && go test -count=1 -timeout 30m -tags node -v ./node); }

# e2e tells the users' stories on the real node with Orderly installed.
e2e() {
	test/packages.sh git apache2-bin openssh-server openssh-client # servers to clone from
	make --no-print-directory cluster install
	KUBECONFIG=$NODE_KUBECONFIG go test -count=1 -timeout 20m -parallel 8 -v ./test/e2e/...
	bin/cluster down
}

# soak is the chain of the wrapper, every Pod of its matrix, e2e often, and 500 Jobs while the companion is killed; and each fuzz target for a while.
soak() {
	go test -count=1 -timeout 120m -run 'ALongChain|PodsEnd' ./cmd/entrypoint -chains 10000 -every-pod
	test/packages.sh git apache2-bin openssh-server openssh-client
	make --no-print-directory cluster install
	KUBECONFIG=$NODE_KUBECONFIG go test -count=5 -timeout 120m -parallel 8 -v ./test/e2e/...
	KUBECONFIG=$NODE_KUBECONFIG go test -count=1 -timeout 60m -run JobsCompleteWhile -v ./test/e2e -jobs 500
	bin/cluster down
	fuzz
}

# fuzz looks for new inputs that break what the fuzz targets claim, half a minute each.
fuzz() {
	local package target
	for package in $(grep -rl --include='*_test.go' '^func Fuzz' cmd mutate sidecarstop webhook | xargs -n1 dirname | sort -u); do
		for target in $(go test -list '^Fuzz' "./$package" | grep ^Fuzz); do
			go test -run '^$' -fuzz "^$target\$" -fuzztime 30s -parallel 2 "./$package"
		done
	done
}

for part in "$@"; do
	case $part in node | e2e | soak) test/needs-root.sh "the part '$part' of the tests" ;; esac
done
times=()
for part in "$@"; do
	printf '\n=== %s\n' "$part"
	began=$SECONDS
	# Not in an if: bash would ignore set -e inside it.
	set +e
	(set -e; "$part")
	status=$?
	set -e
	if [ "$status" -ne 0 ]; then
		printf '\nFAILED: %s, after %d s. Logs of the node: %s\n' "$part" $((SECONDS - began)) /var/lib/orderly-node/log >&2
		exit "$status"
	fi
	times+=("$(printf '%-14s %4d s' "$part" $((SECONDS - began)))")
done
printf '\nAll passed.\n'
printf '  %s\n' "${times[@]}"
