#!/bin/bash
# Prints figures of the real node, on which Orderly is installed, and of the wrapper: lines "name value unit".
set -euo pipefail
cd "$(dirname "$0")/.."
go run ./test/bench/wrapper bin/entrypoint
KUBECONFIG=$NODE_KUBECONFIG go run ./test/bench "$@"
