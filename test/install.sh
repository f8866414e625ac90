#!/bin/bash
# Installs Orderly with helm: on the node of this machine, or in the cluster of KUBECONFIG from the registry IMAGE_REGISTRY. More
# arguments go to helm.
set -euo pipefail
cd "$(dirname "$0")/.."
settings=(--set "image.tag=$VERSION")
if [ -z "${KUBECONFIG:-}" ]; then
	export KUBECONFIG=$NODE_KUBECONFIG
	# bin/images holds what was pushed, REGISTRY/orderly/NAME@DIGEST; by digest, an image that was built again is rolled out.
	while IFS=@ read -r name digest; do
		settings+=(--set "image.registry=${name%%/*}" --set "${name##*/}.image.digest=$digest")
	done < <(sed 's/:[^:@]*@/@/' bin/images)
elif [ -n "${IMAGE_REGISTRY:-}" ]; then
	settings+=(--set "image.registry=$IMAGE_REGISTRY")
fi
echo "installing Orderly with helm (about 15 s)"
bin/helm upgrade --install orderly charts/orderly --namespace orderly-system --create-namespace \
	"${settings[@]}" --force-conflicts --wait --timeout 3m "$@" >/dev/null
echo "Orderly $VERSION runs in the namespace orderly-system"
