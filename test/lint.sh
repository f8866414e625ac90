#!/bin/bash
# Lints the product and the node's program, and checks that the scripts parse.
set -euo pipefail
cd "$(dirname "$0")/.."
linter=$PWD/bin/golangci-lint
"$linter" run ./...
(cd test/cluster && "$linter" run --config ../../.golangci.yml ./...)
for module in . test/cluster; do
	(cd "$module" && go mod tidy -diff) || {
		echo "go.mod of $module is not tidy: run go mod tidy there" >&2
		exit 1
	}
done
for script in test/*.sh mutate/nop/stage.sh .ci/run; do bash -n "$script"; done
echo "lint: clean"
