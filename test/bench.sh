#!/bin/bash
# Prints figures of the real node, on which Orderly is installed, and of the wrapper: lines "name value unit".
set -euo pipefail
cd "$(dirname "$0")/.."
echo "entrypoint_size_bytes $(stat -c %s bin/entrypoint) bytes"
KUBECONFIG=$NODE_KUBECONFIG go run ./test/bench "$@"
