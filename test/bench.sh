#!/bin/bash
# Prints figures of admission, of the wrapper, of the companion, of the cloner, and of the real node, on which Orderly is installed: lines "name value unit".
set -euo pipefail
cd "$(dirname "$0")/.."
KUBEBUILDER_ASSETS=$(bin/cluster assets)
export KUBEBUILDER_ASSETS
go run ./test/bench/admission
go run ./test/bench/hostile
go run ./test/bench/apiserver
go run ./test/bench/wrapper bin/entrypoint
go run ./test/bench/companion bin/sidecarstop
test/packages.sh git apache2-bin openssh-client openssh-server
go run ./test/bench/clone bin/rootfs/gitclone
KUBECONFIG=$NODE_KUBECONFIG go run ./test/bench "$@"
