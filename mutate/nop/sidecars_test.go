package nop_test

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate"
)

// sidecar is a container as those who add it, or the documentation of its program, write it.
type sidecar struct {
	container     string
	command, args []string
	// mounts are where it has volumes.
	mounts []string
}

var (
	istioMounts = []string{"/etc/istio/proxy", "/etc/istio/pod", "/var/lib/istio/data", "/var/run/secrets/istio", "/var/run/secrets/tokens"}

	sidecars = []sidecar{
		// Those that the core knows by the name of the container.
		{container: "azwi-proxy", args: words("--proxy-port=8000 --log-level=info")},
		{container: "cloud-sql-proxy", args: words("--structured-logs project:region:instance")},
		{"cloud-sql-proxy", words("/cloud-sql-proxy --port=5432"), words("project:region:instance"), nil},
		{"cloudsql-proxy", words("/cloud_sql_proxy -instances=project:region:instance=tcp:3306"), nil, words("/secrets /cloudsql /etc/ssl/certs")},
		{container: "consul-dataplane", args: words("-addresses dns:consul -envoy-admin-bind-port=19000"), mounts: words("/consul/connect-inject /consul/login")},
		{container: "daprd", args: words("/daprd --dapr-http-port 3500 --app-id app")},
		{"daprd", words("/daprd"), words("--dapr-http-port 3500 --app-id app"), words("/var/run/secrets/dapr.io/sentrytoken")},
		{"daprd", words("/dlv"), words("--listen :40000 --headless=true exec /daprd --"), nil},
		{container: "gke-gcsfuse-sidecar", args: words("--v=5"), mounts: words("/gcsfuse-tmp /gcsfuse-buffer /gcsfuse-cache")},
		{"gke-gcsfuse-sidecar", words("/gcs-fuse-csi-driver-sidecar-mounter"), words("--v=5"), words("/gcsfuse-tmp")},
		{container: "istio-proxy", args: words("proxy sidecar --domain a.svc.cluster.local --log_output_level=default:info"), mounts: istioMounts},
		{"istio-proxy", words("pilot-agent wait"), nil, istioMounts},
		{"istio-proxy", words("/usr/local/bin/pilot-agent proxy sidecar"), nil, istioMounts},
		{"istio-proxy", words("/usr/local/bin/envoy -c /etc/istio/proxy/envoy.json"), nil, istioMounts},
		{container: "jaeger-agent", args: words("--reporter.grpc.host-port=dns:///collector:14250")},
		{"jaeger-agent", words("/go/bin/agent-linux"), words("--reporter.grpc.host-port=collector:14250"), nil},
		{container: "kuma-sidecar", args: words("run --log-level=info --concurrency=2"), mounts: words("/var/run/secrets/kubernetes.io/serviceaccount /tmp")},
		{"kuma-sidecar", words("kuma-dp run"), words("--log-level=info"), nil},
		{container: "linkerd-proxy", mounts: words("/var/run/linkerd/identity/end-entity /var/run/secrets/tokens")},
		{"linkerd-proxy", words("/usr/lib/linkerd/linkerd2-proxy-identity"), nil, words("/var/run/linkerd/identity/end-entity")},
		{"linkerd-proxy", words("/usr/lib/linkerd/linkerd-await --timeout=2m --port=4191"), nil, nil},
		{container: "otc-container", args: words("--config=env:OTEL_CONFIG"), mounts: words("/conf")},
		{"otc-container", words("/otelcol-k8s"), words("--config=/conf/relay.yaml"), words("/conf")},
		{"vault-agent", words("/bin/sh -ec"), []string{"echo ${VAULT_CONFIG?} | base64 -d > /home/vault/config.json && vault agent"}, words("/home/vault /vault/secrets")},
		{"vault-agent", words("vault agent -config=/vault/config.hcl"), nil, words("/vault/config.hcl /vault/secrets")},

		// Those that people add.
		{"collector", words("/otelcol-contrib --config /etc/otelcol-contrib/config.yaml"), nil, words("/etc/otelcol-contrib")},
		{"collector", words("/otelcol --config=/etc/otelcol/config.yaml"), nil, words("/etc/otelcol")},
		{"log-router", words("/fluent-bit/bin/fluent-bit -c /fluent-bit/etc/fluent-bit.conf"), nil, words("/fluent-bit/etc /var/log")},
		{"fluentd", words("tini -- /bin/entrypoint.sh fluentd -c /fluentd/etc/fluent.conf"), nil, words("/fluentd/etc /fluentd/log")},
		{"filebeat", words("/usr/share/filebeat/filebeat -e -c /etc/filebeat.yml"), nil, words("/etc/filebeat.yml /usr/share/filebeat/data")},
		{"filebeat", words("filebeat -e --strict.perms=false"), nil, words("/usr/share/filebeat/filebeat.yml")},
		{"promtail", words("/usr/bin/promtail -config.file=/etc/promtail/config.yml"), nil, words("/etc/promtail /run/promtail")},
		{"datadog-agent", words("agent run"), nil, words("/etc/datadog-agent /opt/datadog-agent/run")},
		{"trace-agent", words("/opt/datadog-agent/embedded/bin/trace-agent -config /etc/datadog-agent/datadog.yaml"), nil, words("/opt/datadog-agent/run")},
		{"cloudwatch-agent", words("/opt/aws/amazon-cloudwatch-agent/bin/start-amazon-cloudwatch-agent"), nil, words("/etc/cwagentconfig")},
		{"aws-xray", words("/usr/bin/xray -b 0.0.0.0:2000"), nil, nil},
		{"aws-otel", words("/awscollector --config=/etc/ecs/config.yaml"), nil, nil},
		{"git-sync", words("/git-sync --repo=https://git.example/app --period=1m"), nil, words("/git /tmp")},
		{"identity", words("/spiffe-helper -config /etc/spiffe-helper.conf"), nil, words("/etc/spiffe-helper.conf /spire-agent-socket")},
		{"web", words("/docker-entrypoint.sh nginx -g"), []string{"daemon off;"}, words("/etc/nginx/conf.d /usr/share/nginx/html /docker-entrypoint.d")},
		{"web", words("/usr/sbin/nginx -g"), []string{"daemon off;"}, nil},
		{"proxy", words("/bin/oauth2-proxy --http-address=0.0.0.0:4180"), nil, nil},
		{"docker", words("dockerd-entrypoint.sh"), words("--host=unix:///var/run/docker.sock"), words("/var/lib/docker /certs /var/run")},
		{"init", words("/usr/bin/dumb-init -- /usr/local/bin/consul-dataplane"), nil, nil},
		{"init", words("/sbin/tini -- server"), nil, nil},
		{"tool", words("sh -c"), []string{"trap : TERM; sleep infinity & wait; exit 3"}, nil},
		{"tool", words("/bin/bash -euo pipefail -c"), []string{"exit 3"}, nil},
		{"tool", words("/busybox/sh -c"), []string{"exit 3"}, nil},
		{"tool", words("/usr/bin/env sh -c"), []string{"exit 3"}, nil},
		{"tool", words("busybox httpd -f -p 8000"), nil, words("/www")},
		{"tool", words("tail -n+1 -F /var/log/app.log"), nil, words("/var/log")},
		{"tool", words("sleep infinity"), nil, nil},
		{"tool", words("/usr/local/bin/python3 -u sidecar.py"), nil, words("/app")},
		{"pause", words("/pause"), nil, nil},
	}
)

func words(text string) []string { return strings.Fields(text) }

func TestSidecarsEndWellInTheImage(t *testing.T) {
	root := stageImage(t)
	for _, s := range sidecars {
		t.Run(strings.Join(slices.Concat([]string{s.container}, s.command), " "), func(t *testing.T) {
			requireEndsWell(t, root, s.command, s.args)
		})
	}
}

// A container is not started where a volume would have to be mounted on a file, and one that is mounted over a program hides it.
func TestVolumesOfSidecarsFindTheirPlaces(t *testing.T) {
	root := stageImage(t)
	for _, s := range sidecars {
		for _, mount := range s.mounts {
			for place := mount; place != "/"; place = path.Dir(place) {
				info, err := os.Stat(filepath.Join(root, place))
				require.True(t, os.IsNotExist(err) || err == nil && info.IsDir(), "%s of %s: %s is a file", mount, s.container, place)
			}
			if len(s.command) > 0 {
				require.False(t, strings.HasPrefix(s.command[0], mount+"/"), "%s of %s hides %s", mount, s.container, s.command[0])
			}
		}
	}
}

// Who adds a name there looks up how its container is started, and adds it here.
func TestEverySidecarThatTheCoreKnowsIsTried(t *testing.T) {
	for _, name := range mutate.KnownSidecars() {
		require.True(t, slices.ContainsFunc(sidecars, func(s sidecar) bool { return s.container == name }), "%s is not among the sidecars", name)
	}
}
