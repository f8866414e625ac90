#!/bin/bash
# Checks the chart: it is well formed, its values are checked, and manifests/ is what it renders.
set -euo pipefail
cd "$(dirname "$0")/.."
bin/helm lint --strict charts/orderly
for manifest in install registry-reader; do
	if ! diff -u manifests/$manifest.yaml <(test/manifests.sh $manifest); then
		echo "manifests/$manifest.yaml is not what the chart renders: run make manifests" >&2
		exit 1
	fi
done
# refused fails unless helm, given these settings, ends with a message that has the words.
refused() {
	local words=$1 said
	shift
	if said=$(bin/helm template orderly charts/orderly "$@" 2>&1 >/dev/null); then
		echo "the chart accepts $*" >&2
		exit 1
	fi
	if [[ $said != *"$words"* ]]; then
		printf 'the chart refuses %s without the words "%s":\n%s\n' "$*" "$words" "$said" >&2
		exit 1
	fi
}
for bad in webhook.replicaCount=0 webhook.failurePolicy=Maybe webhook.timeoutSeconds=5 tools.delivery=pigeon webhook.knownSidecars={A} \
	registry.secretNamespaces={A} registry.plainHTTP={http://x} image.registrie=x sidecarstop.replicaCount=0 \
	sidecarstop.patience.ErrImagePull=1m sidecarstop.patience.CrashLoopBackOff=long sidecarstop.patience.CrashLoopBackOff=-1s; do
	refused "don't meet the specifications of the schema" --set "$bad"
done
# kinds prints the setting that lets Pods wait for a kind.
kinds() { printf 'dependencies.resources=[{"group": "%s", "resources": ["%s"]}]' "$1" "$2"; }
for bad in ' secrets' ' configmaps' ' *' '* foos' 'example.com *' ' secrets/status' 'example.com Foo'; do
	refused "don't meet the specifications of the schema" --set-json "$(kinds "${bad%% *}" "${bad#* }")"
done
# A schema can be skipped. That Secrets are never read cannot.
for bad in ' secrets' ' configmaps' ' *' '* foos' 'example.com *' ' secrets/status'; do
	refused "dependencies.resources: " --skip-schema-validation --set-json "$(kinds "${bad%% *}" "${bad#* }")"
done
bin/helm template orderly charts/orderly --set-json "$(kinds '' persistentvolumeclaims)" >/dev/null
bin/helm template orderly charts/orderly --set-json "$(kinds example.com secrets)" >/dev/null
echo "chart: well formed, manifests current, bad values refused"
