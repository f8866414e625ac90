#!/bin/bash
# Installs Orderly with helm: on the node of this machine, from the images that `make images` pushed, or
#
#	test/install.sh --own-cluster
#
# in the cluster of KUBECONFIG, from the registry IMAGE_REGISTRY and with the tag VERSION. Of both the node is the default, whatever
# KUBECONFIG says: no test may reach a cluster that somebody works with.
set -euo pipefail
cd "$(dirname "$0")/.."
settings=(--set "image.tag=$VERSION")
if [ "${1:-}" = --own-cluster ]; then
	settings+=(--set "image.registry=$IMAGE_REGISTRY")
	if bin/helm status orderly --namespace orderly-system >/dev/null 2>&1; then
		echo "the cluster of $KUBECONFIG has Orderly already; it is left as it is (to install anew: bin/helm uninstall orderly --namespace orderly-system)"
		exit 0
	fi
else
	export KUBECONFIG=$NODE_KUBECONFIG
	# bin/images holds what was pushed, REGISTRY/orderly/NAME:TAG@DIGEST; by digest, an image that was built again is rolled out.
	while IFS=@ read -r name digest; do
		registry=${name%%/*}
		settings+=(--set "image.registry=$registry" --set "${name##*/}.image.digest=$digest")
	done < <(sed 's/:[^:@]*@/@/' bin/images)
	settings+=(--values test/e2e/values.yaml)
	# The webhook asks that registry what the images in it run.
	settings+=(--set "registry.plainHTTP={$registry}")
	settings+=(--force-conflicts) # what tests changed is the chart's again
fi
echo "installing Orderly with helm (about 15 s)"
bin/helm upgrade --install orderly charts/orderly --namespace orderly-system --create-namespace \
	"${settings[@]}" --wait --timeout 3m >/dev/null
echo "Orderly $VERSION runs in the namespace orderly-system"
