package dependency

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEntriesAreWrittenInOneWay(t *testing.T) {
	want := `- {service: "mariadb"}
- {service: "keystone-api", namespace: "identity"}
- {job: "migrate"}
- {job: {labels: {"initializes": "neutron"}}}
- {pod: {labels: {"app": "cache"}, sameNode: true}}
- {daemonset: "ovs-agent"}
- {deployment: "api"}
- {resource: {apiVersion: "stable.example.com/v1", kind: "Foo", name: "my-foo"}, fields: [{key: "spec.arbitrary-key", value: "ready"}], conditions: [{type: "Ready", status: "True"}]}
- {container: "envoy", for: ["build"]}
- {socket: "/var/run/openvswitch/ovs.sock", for: ["nova"]}
- {file: "/config/done", for: ["nova"]}
- {tcp: "db.example:5432", timeout: 10m0s}
`
	require.Equal(t, want, Format(parsed(t, documented)))
	require.Equal(t, want, Format(parsed(t, want)))
}

func TestValuesOfFieldsKeepTheirTypes(t *testing.T) {
	text := `- {resource: {apiVersion: "a.b/v1", kind: "Foo", name: "f"}, fields: [{key: "a", value: "3"}, {key: "b", value: 3}, {key: "c", value: true}, ` +
		`{key: "d", value: "true"}, {key: "e", value: 5e-01}, {key: "f", value: 1e+300}, {key: "g", value: "\a\x00\u2028\ufeff\U000e0001 ö \"\\"}, {key: "h", value: ""}]}` + "\n"
	require.Equal(t, text, Format(parsed(t, text)))
}

func TestAnEntryKeepsTheTimeoutThatItHas(t *testing.T) {
	var timed []Entry
	for _, entry := range parsed(t, "[{service: a}, {service: b, timeout: 5m}]") {
		timed = append(timed, entry.WithTimeout(time.Hour))
	}
	want := `- {service: "a", timeout: 1h0m0s}
- {service: "b", timeout: 5m0s}
`
	require.Equal(t, want, Format(timed))
	require.Equal(t, want, Format(parsed(t, want)))
}
