#!/bin/bash
# Checks the chart: it is well formed, its suites of tests pass, it renders the same bytes each time, its package holds nothing but the
# chart, its values are checked, and manifests/ is what it renders.
set -euo pipefail
cd "$(dirname "$0")/.."
everything=charts/orderly/tests/values/everything.yaml
for values in charts/orderly/values.yaml charts/orderly/values-ha.yaml $everything; do
	bin/helm lint --strict charts/orderly --values $values
done
bin/helm-unittest --strict charts/orderly

# render prints what is installed with every optional object.
render() { bin/helm template orderly charts/orderly --namespace orderly-system --values $everything; }
if ! diff -u <(render) <(render); then
	echo "the chart does not render the same bytes from the same values" >&2
	exit 1
fi

packages=$(mktemp -d)
trap 'rm -rf "$packages"' EXIT
bin/helm package charts/orderly --destination "$packages" >/dev/null
if tar -tzf "$packages"/*.tgz | grep -v -E '^orderly/(Chart.yaml|\.helmignore|values(-ha)?\.yaml|values\.schema\.json|dashboards/.*|templates/.*)$'; then
	echo "the chart's package holds these files, too: name them in charts/orderly/.helmignore" >&2
	exit 1
fi

for manifest in install registry-reader; do
	if ! diff -u manifests/$manifest.yaml <(test/manifests.sh $manifest); then
		echo "manifests/$manifest.yaml is not what the chart renders: run make manifests" >&2
		exit 1
	fi
done
# refused fails unless helm, given these settings, ends with a message that has the words.
refused() {
	local words=$1 said
	shift
	if said=$(bin/helm template orderly charts/orderly "$@" 2>&1 >/dev/null); then
		echo "the chart accepts $*" >&2
		exit 1
	fi
	if [[ $said != *"$words"* ]]; then
		printf 'the chart refuses %s without the words "%s":\n%s\n' "$*" "$words" "$said" >&2
		exit 1
	fi
}
for bad in webhook.replicaCount=0 webhook.failurePolicy=Maybe webhook.timeoutSeconds=5 tools.delivery=pigeon webhook.knownSidecars={A} \
	registry.secretNamespaces={A} registry.plainHTTP={http://x} image.registrie=x sidecarstop.replicaCount=0 \
	sidecarstop.patience.ErrImagePull=1m sidecarstop.patience.CrashLoopBackOff=long sidecarstop.patience.CrashLoopBackOff=-1s \
	webhook.image.pullPolicy=Sometimes tools.image.pullPolicy=Always webhook.image.digest=sha256:1 webhook.resources.limit.memory=1Gi \
	webhook.nodeSelector.zone=1 webhook.tolerations.key=a webhook.priorityClassName=1 webhook.podLabels.a=-b \
	webhook.podLabels.app\\.kubernetes\\.io/component=mine webhook.podAnnotations.a=1 webhook.topologySpreadConstraints[0].maxSkew=1 \
	webhook.podDisruptionBudget.minAvailable=-1 webhook.podDisruptionBudget.minAvailable=half \
	webhook.podDisruptionBudget.minAvailable=1,webhook.podDisruptionBudget.maxUnavailable=1 \
	webhook.podDisruptionBudget.minAvailable=0,webhook.podDisruptionBudget.maxUnavailable=0 \
	sidecarstop.serviceAccount.create=false sidecarstop.serviceAccount.label=a \
	webhook.namespaceSelector.matchLabels.orderly\\.dev/inject=disabled webhook.namespaceSelector.matchExpressions[0].operator=In \
	webhook.namespaceSelector.labels.a=b webhook.matchConditions[0].name=lonely webhook.matchConditions[0].expression=true \
	webhook.matchConditions[0].name=asks,webhook.matchConditions[0].expression=x \
	policies.enabled=maybe policies.refuseUnrewritten=Fail policies.fail=true policies=null \
	metrics.serviceMonitor.enabled=maybe metrics.serviceMonitor.interval=often metrics.enabled=true \
	prometheusRule.enabled=maybe prometheusRule.latencySeconds=0 prometheusRule.gateWaitSeconds=100 prometheusRule.certificateHours=soon \
	prometheusRule.latencySeconds=null prometheusRule.rules=a prometheusRule=null grafanaDashboard.enabled=1 grafanaDashboard.labels.a=1 \
	grafanaDashboard.folder=a grafanaDashboard=null \
	networkPolicy.enabled=1 networkPolicy.apiServerPorts={} networkPolicy.apiServerPorts={0} networkPolicy.apiServerPorts=null webhook.serviceAccount=null metrics=null networkPolicy.registryPorts={https} \
	networkPolicy.metricsNamespaces={A}; do
	refused "don't meet the specifications of the schema" --set "$bad"
done
# kinds prints the setting that lets Pods wait for a kind.
kinds() { printf 'dependencies.resources=[{"group": "%s", "resources": ["%s"]}]' "$1" "$2"; }
for bad in ' secrets' ' configmaps' ' *' '* foos' 'example.com *' ' secrets/status' 'example.com Foo'; do
	refused "don't meet the specifications of the schema" --set-json "$(kinds "${bad%% *}" "${bad#* }")"
done
# A schema can be skipped. That Secrets are never read cannot.
for bad in ' secrets' ' configmaps' ' *' '* foos' 'example.com *' ' secrets/status'; do
	refused "dependencies.resources: " --skip-schema-validation --set-json "$(kinds "${bad%% *}" "${bad#* }")"
done
refused "chart requires kubeVersion" --kube-version 1.32.9
bin/helm template orderly charts/orderly --kube-version 1.33.0-gke.1 >/dev/null
bin/helm template orderly charts/orderly --set-json "$(kinds '' persistentvolumeclaims)" >/dev/null
bin/helm template orderly charts/orderly --set-json "$(kinds example.com secrets)" >/dev/null
echo "chart: well formed, tested, the same each time, manifests current, bad values refused"
