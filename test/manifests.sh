#!/bin/bash
# Prints one file that installs Orderly without helm, rendered from the chart.
set -euo pipefail
cd "$(dirname "$0")/.."
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
