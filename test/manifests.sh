#!/bin/bash
# Prints one file of manifests/, rendered from the chart: install, which installs Orderly without helm, or registry-reader, which the
# owner of a namespace applies there.
#
#	test/manifests.sh install
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$1" = registry-reader ]; then
	echo '# Rendered from charts/orderly by `make manifests`; do not edit. Apply it with kubectl apply --namespace NAMESPACE -f FILE'
	bin/helm template orderly charts/orderly --namespace orderly-system --set 'registry.secretNamespaces={here}' \
		--show-only templates/registry-reader.yaml | sed '/^  namespace: "here"$/d'
	exit
fi
cat <<'EOF'
# Rendered from charts/orderly by `make manifests`; do not edit.
apiVersion: v1
kind: Namespace
metadata:
  name: orderly-system
  labels:
    pod-security.kubernetes.io/enforce: restricted
EOF
bin/helm template orderly charts/orderly --namespace orderly-system
