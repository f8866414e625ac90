# Orderly's commands. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The Kubernetes of the test node; test/cluster/parts/kubernetes says which others there are.
export KUBE ?= 1.37.1
# The version that the binaries report and the tag of the images.
export VERSION ?= dev
ARCH ?= $(shell go env GOARCH)

BINARIES := webhook sidecarstop entrypoint nop gitclone kubectl-orderly
IMAGES := webhook sidecarstop tools gitclone
GO_BUILD := CGO_ENABLED=0 GOOS=linux GOARCH=$(ARCH) go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)"
HELM := bin/helm
UNITTEST := bin/helm-unittest
# Where the node's program puts the admin's kubeconfig.
export NODE_KUBECONFIG := /var/lib/orderly-node/kubeconfig
CLUSTER := bin/cluster

##@ Try it

.PHONY: demo
demo: ## Start a real node, install Orderly, run the example Job and show what happened (KUBECONFIG=… IMAGE_REGISTRY=… VERSION=… uses your own cluster)
	@test/demo.sh

.PHONY: kubectl
kubectl: $(CLUSTER) ## Run kubectl against the node: make kubectl ARGS="get pods -A"
	@$(CLUSTER) kubectl $(ARGS)

##@ The node

.PHONY: cluster
cluster: $(CLUSTER) ## Start a real single-node Kubernetes on this machine (KUBE=1.35.4 for another version)
	@$(CLUSTER) up

.PHONY: cluster-down
cluster-down: $(CLUSTER) ## Stop the node and remove everything it made
	@$(CLUSTER) down

.PHONY: images
images: rootfs $(CLUSTER) ## Make the images and push them to the node's registry
	@mkdir -p bin && $(CLUSTER) push $(foreach i,$(IMAGES),orderly/$(i):$(VERSION)=bin/rootfs/$(i),entrypoint=/$(if $(filter tools,$(i)),nop,$(i)),user=65532:65532) | tee bin/images

.PHONY: install
install: images $(HELM) ## Install Orderly on the node
	@test/install.sh

##@ Build

.PHONY: build
build: building $(BINARIES:%=bin/%) ## Build the binaries into bin/

.PHONY: building
building:
	@echo "building Orderly (about 2 minutes the first time)"

.PHONY: $(BINARIES:%=bin/%)
$(BINARIES:%=bin/%):
	@$(GO_BUILD) -o $@ ./cmd/$(@F)

.PHONY: rootfs
rootfs: build ## Stage one folder for each image below bin/rootfs
	@rm -rf bin/rootfs && mkdir -p bin/rootfs/webhook bin/rootfs/sidecarstop bin/rootfs/tools
	@cp bin/webhook bin/rootfs/webhook/ && cp bin/sidecarstop bin/rootfs/sidecarstop/ && cp bin/entrypoint bin/nop bin/rootfs/tools/
	@mutate/nop/stage.sh bin/rootfs/tools
	@go run ./cmd/gitclone/image -arch $(ARCH) stage bin/rootfs/gitclone && install -m 755 bin/gitclone bin/rootfs/gitclone/

.PHONY: cloner-packages
cloner-packages: ## Renew the list of Debian packages that the cloner's image is made of
	@go run ./cmd/gitclone/image update

.PHONY: manifests
manifests: $(HELM) ## Render manifests/ from the chart
	@for m in install registry-reader; do test/manifests.sh $$m > manifests/$$m.yaml.new && mv manifests/$$m.yaml.new manifests/$$m.yaml; done

##@ Check

.PHONY: check
check: build $(HELM) $(UNITTEST) ## Everything that needs no node: unit tests, binaries, chart (two to three minutes)
	@test/run.sh unit chart cluster-unit

.PHONY: test
test: build $(HELM) $(UNITTEST) $(CLUSTER) ## Every test: unit, binaries, git servers, chart, API server, real node (needs root)
	@test/run.sh unit conformance git chart cluster-unit apiserver node e2e

.PHONY: lint
lint: bin/golangci-lint ## Lint the product and the node's program
	@test/lint.sh

.PHONY: bench
bench: build cluster install ## Measure on the real node; prints lines "name value unit"
	@test/bench.sh

.PHONY: soak
soak: build $(HELM) $(CLUSTER) ## What takes longer than a test should
	@test/run.sh soak

.PHONY: clean
clean: ## Remove what was built in this folder
	@rm -rf bin

##@ Tools

.PHONY: $(CLUSTER)
$(CLUSTER):
	@[ -e $@ ] || echo "building the node's program (about half a minute)"
	@go -C test/cluster build -o ../../$(CLUSTER) .

$(HELM): tools/go.mod tools/go.sum
	@echo "building helm (about 2 minutes the first time)"
	@go -C tools build -o ../bin/ tool

$(UNITTEST): tools/unittest/go.mod tools/unittest/go.sum
	@echo "building helm-unittest (about 2 minutes the first time)"
	@go -C tools/unittest build -o ../../bin/ tool

bin/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	@echo "building golangci-lint (about 3 minutes the first time)"
	@go -C tools/lint build -o ../../bin/ tool

.PHONY: help
help: ## Show this
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
