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
for bad in webhook.replicaCount=0 webhook.failurePolicy=Maybe webhook.timeoutSeconds=5 tools.delivery=pigeon webhook.knownSidecars={A} registry.secretNamespaces={A} registry.plainHTTP={http://x} image.registrie=x; do
	if bin/helm template orderly charts/orderly --set "$bad" >/dev/null 2>&1; then
		echo "the chart accepts --set $bad" >&2
		exit 1
	fi
done
echo "chart: well formed, manifests current, bad values refused"
