package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

const chart = "../../charts/orderly"

func TestTheAPIServerTakesEveryVariantOfTheChart(t *testing.T) {
	makeServiceMonitors(t)
	makePrometheusRules(t)
	for _, tc := range []struct {
		name  string
		flags []string
	}{
		{"as it is", nil},
		{"for a cluster that matters", []string{"--values", chart + "/values-ha.yaml"}},
		{"with everything that there is", []string{"--values", chart + "/tests/values/everything.yaml"}},
		{"for a cluster that matters, with everything that there is", []string{
			"--values", chart + "/tests/values/everything.yaml", "--values", chart + "/values-ha.yaml",
		}},
		{"a login only", []string{"--set", "registry.dockerConfigSecret=login"}},
		{"authorities only", []string{"--set", "registry.caConfigMap=ca"}},
		{"a ServiceMonitor only", []string{"--set", "metrics.serviceMonitor.enabled=true"}},
		{"alerts only", []string{"--set", "prometheusRule.enabled=true"}},
		{"a dashboard only", []string{"--set", "grafanaDashboard.enabled=true"}},
		{"network policies without metrics", []string{"--set", "networkPolicy.enabled=true,networkPolicy.registryPorts=null"}},
		{"the companion's Pods are all needed, and half of the webhook's may be away", []string{
			"--set", "sidecarstop.podDisruptionBudget.maxUnavailable=0,webhook.podDisruptionBudget.maxUnavailable=50%",
		}},
		{"no disruption budgets, and ServiceAccounts that are there already", []string{
			"--set", "webhook.podDisruptionBudget.enabled=false,sidecarstop.podDisruptionBudget.enabled=false",
			"--set", "webhook.serviceAccount.create=false,webhook.serviceAccount.name=one",
			"--set", "sidecarstop.serviceAccount.create=false,sidecarstop.serviceAccount.name=two",
		}},
		{"an image by its digest", []string{
			"--set", "webhook.image.digest=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		}},
		{"no policies", []string{"--set", "policies.enabled=false"}},
		{"a webhook that may be away, and what asks may not pass", []string{
			"--set", "webhook.failurePolicy=Ignore,policies.refuseUnrewritten=true,webhook.namespaceSelector.matchLabels.team=a",
			"--set", "webhook.matchConditions[0].name=not-mine,webhook.matchConditions[0].expression=request.userInfo.username != 'me'",
		}},
		{"without spread and contexts", []string{
			"--set", "webhook.topologySpreadConstraints=null,webhook.podSecurityContext=null,webhook.securityContext=null",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			// What is there already keeps the fields that others gave it.
			namespace := makeNamespace(t, nil)
			applyStrictly(t, mustRender(t, append(tc.flags, "--namespace", namespace)...))
		})
	}
}

// mustRender gives what helm makes of the chart, with flags of helm template.
func mustRender(t *testing.T, flags ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), "../../bin/helm",
		append([]string{"template", "orderly", chart, "--namespace", systemSpace}, flags...)...)
	var problems strings.Builder
	command.Stderr = &problems
	rendered, err := command.Output()
	require.NoError(t, err, "%s", &problems)
	return rendered
}

// makeServiceMonitors makes the kind known that the Prometheus operator brings, with the fields that the chart may set, until the test ends.
func makeServiceMonitors(t *testing.T) {
	t.Helper()
	const spec = `
type: object
required: [endpoints, selector]
properties:
  selector: {type: object, properties: {matchLabels: {type: object, additionalProperties: {type: string}}}}
  endpoints:
    type: array
    items: {type: object, properties: {port: {type: string}, interval: {type: string}, scrapeTimeout: {type: string}}}
`
	makeDefinition(t, "ServiceMonitor", spec)
}

// makePrometheusRules does the same for the kind of alerts.
func makePrometheusRules(t *testing.T) {
	t.Helper()
	const spec = `
type: object
properties:
  groups:
    type: array
    items:
      type: object
      required: [name, rules]
      properties:
        name: {type: string, minLength: 1}
        rules:
          type: array
          items:
            type: object
            required: [alert, expr]
            properties:
              alert: {type: string}
              expr: {type: string}
              for: {type: string, pattern: '^([0-9]+(ms|s|m|h))+$'}
              labels: {type: object, additionalProperties: {type: string}}
              annotations: {type: object, additionalProperties: {type: string}}
`
	makeDefinition(t, "PrometheusRule", spec)
}

// makeDefinition makes a kind of that operator known, with the schema of its spec.
func makeDefinition(t *testing.T, kind, spec string) {
	t.Helper()
	const group = "monitoring.coreos.com"
	plural := strings.ToLower(kind) + "s"
	var ofSpec map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(spec), &ofSpec))
	schema := map[string]any{"type": "object", "required": []string{"spec"}, "properties": map[string]any{"spec": ofSpec}}
	object := map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": plural + "." + group},
		"spec": map[string]any{
			"group": group, "scope": "Namespaced", "names": map[string]any{"kind": kind, "plural": plural},
			"versions": []any{map[string]any{"name": "v1", "served": true, "storage": true, "schema": map[string]any{"openAPIV3Schema": schema}}},
		},
	}
	mustKubectl(t, object, "apply", "-f", "-")
	mustKubectl(t, nil, "wait", "--for=condition=Established", "--timeout=30s", "crd/"+plural+"."+group)
}

// Orderly's own namespace is one in which nothing else may run.
func TestOrderlyRunsWherePodSecurityIsRestricted(t *testing.T) {
	namespace := makeNamespace(t, map[string]string{"pod-security.kubernetes.io/enforce": "restricted"})
	require.ErrorContains(t, admin.Create(t.Context(), makePod(namespace), client.DryRunAll), `violates PodSecurity "restricted:latest"`)
	for _, tc := range []struct {
		name  string
		flags []string
	}{
		{"as it is", nil},
		{"for a cluster that matters", []string{"--values", chart + "/values-ha.yaml"}},
		{"with everything that there is", []string{"--values", chart + "/tests/values/everything.yaml"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pods := podsOfDeployments(t, mustRender(t, tc.flags...))
			require.Len(t, pods, 2, "one of each component")
			for _, pod := range pods {
				pod.Name, pod.Namespace = "of-orderly", namespace
				require.NoError(t, admin.Create(t.Context(), pod, client.DryRunAll))
			}
		})
	}
}

// podsOfDeployments gives the Pods that the Deployments among the manifests would make.
func podsOfDeployments(t *testing.T, manifests []byte) []*corev1.Pod {
	t.Helper()
	var pods []*corev1.Pod
	for document := range strings.SplitSeq(string(manifests), "\n---\n") {
		var deployment appsv1.Deployment
		require.NoError(t, yaml.Unmarshal([]byte(document), &deployment))
		if deployment.Kind == "Deployment" {
			pods = append(pods, &corev1.Pod{ObjectMeta: deployment.Spec.Template.ObjectMeta, Spec: deployment.Spec.Template.Spec})
		}
	}
	return pods
}

// Names may consist of digits, which YAML takes for numbers.
func TestNamesOfDigitsStayNames(t *testing.T) {
	rendered := mustRender(t, "--set-string", "registry.dockerConfigSecret=1,registry.caConfigMap=2",
		"--set-json", `registry.secretNamespaces=["3"]`)
	mustKubectl(t, nil, "create", "namespace", "3")
	applyStrictly(t, rendered)
}

// applyStrictly asserts that the API server would take the manifests, with no field that it does not know.
func applyStrictly(t *testing.T, manifests []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "manifests.yaml")
	require.NoError(t, os.WriteFile(file, manifests, 0o600))
	mustKubectl(t, nil, "apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", file)
}
