#!/bin/bash
# The demo: a node (or the cluster of KUBECONFIG), Orderly on it, the example Job, and what happened to it.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

own=${KUBECONFIG:-}
[ "$own" = "$NODE_KUBECONFIG" ] && own=
if [ -n "$own" ]; then
	: "${IMAGE_REGISTRY:?set IMAGE_REGISTRY to a registry that your cluster can pull orderly/webhook, orderly/sidecarstop, orderly/tools and orderly/gitclone from, and VERSION to their tag}"
	command -v kubectl >/dev/null || { echo "the demo in a cluster of your own needs kubectl" >&2; exit 1; }
	kubectl=(kubectl)
	look="KUBECONFIG=$own kubectl"
	say "Using the cluster of $own"
	make --no-print-directory build bin/helm
else
	test/needs-root.sh "make demo"
	export KUBECONFIG=$NODE_KUBECONFIG
	kubectl=(bin/cluster kubectl)
	say "1/4 A real Kubernetes node (built from source the first time: about 10 minutes; then under 30 seconds)"
	make --no-print-directory cluster
	say "2/4 The images of Orderly (about a minute the first time)"
	make --no-print-directory images bin/helm
fi

say "3/4 Orderly"
test/install.sh ${own:+--own-cluster}
"${kubectl[@]}" create namespace orderly-demo --dry-run=client -o yaml | "${kubectl[@]}" apply -f - >/dev/null
"${kubectl[@]}" label namespace orderly-demo orderly.dev/inject=enabled --overwrite >/dev/null
"${kubectl[@]}" --namespace orderly-demo delete job release --ignore-not-found >/dev/null

say "4/4 The example Job (examples/job.yaml, about 10 seconds)"
"${kubectl[@]}" --namespace orderly-demo apply -f examples/job.yaml
"${kubectl[@]}" --namespace orderly-demo wait --for=condition=Complete --timeout=120s job/release >/dev/null || {
	echo "the Job has not completed:" >&2
	"${kubectl[@]}" --namespace orderly-demo describe pods >&2
	exit 1
}
say "What happened"
bin/kubectl-orderly status --namespace orderly-demo job/release
say "Events of its Pod"
pod=$("${kubectl[@]}" --namespace orderly-demo get pods -l job-name=release -o jsonpath='{.items[0].metadata.name}')
"${kubectl[@]}" --namespace orderly-demo events --for "pod/$pod"
say "Look around"
if [ -n "$own" ]; then
	cat <<-EOF
		  $look --namespace orderly-demo get pod $pod -o yaml
		  $look --namespace orderly-demo logs $pod -c publish
		  $look --namespace orderly-system get pods
		Take it down:
		  KUBECONFIG=$own bin/helm uninstall orderly --namespace orderly-system && $look delete namespace orderly-demo orderly-system
	EOF
else
	cat <<-EOF
		  make kubectl ARGS="-n orderly-demo get pod $pod -o yaml"
		  make kubectl ARGS="-n orderly-demo logs $pod -c publish"
		  make kubectl ARGS="-n orderly-system get pods"
		  (or export KUBECONFIG=$NODE_KUBECONFIG)
		Take it down:
		  make cluster-down
	EOF
fi
