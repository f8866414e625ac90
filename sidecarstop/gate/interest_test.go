package gate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/gate"
)

func TestEachKindAsksForAsLittleAsItNeeds(t *testing.T) {
	const foreign = "/v1 Namespace identity, metadata"
	shared := cluster{sharing("identity", "*")}
	for _, tc := range []struct {
		name, entry string
		cluster     cluster
		want        []string
	}{
		{"a Service", "service: mariadb", nil, []string{"discovery.k8s.io/v1 EndpointSlice default/[kubernetes.io/service-name=mariadb]"}},
		{"a Job by name", "job: migrate", nil, []string{"batch/v1 Job default/migrate"}},
		{"Jobs by labels, in the order of the alphabet", "job: {labels: {b: x, a: ''}}", nil, []string{"batch/v1 Job default/[a=,b=x]"}},
		{"a Pod", "pod: {labels: {app: cache}}", nil, []string{"/v1 Pod default/[app=cache]"}},
		{"a Pod on the same node, whichever that is", "pod: {labels: {app: cache}, sameNode: true}", nil, []string{"/v1 Pod default/[app=cache]"}},
		{"a DaemonSet that was not seen", "daemonset: ovs", nil, []string{"apps/v1 DaemonSet default/ovs"}},
		{"a DaemonSet and its Pods", "daemonset: ovs", cluster{aDaemonSet()}, []string{"apps/v1 DaemonSet default/ovs", "/v1 Pod default/[app=cache]"}},
		{"a Deployment", "deployment: api", nil, []string{"apps/v1 Deployment default/api"}},
		{"a StatefulSet", "statefulset: db", nil, []string{"apps/v1 StatefulSet default/db"}},
		{"a resource that must only be there", fooEntry, nil, []string{"stable.example.com/v1 Foo default/my-foo, metadata"}},
		{"a resource with fields", fooEntry + ", fields: [{key: a, value: b}]", nil, []string{"stable.example.com/v1 Foo default/my-foo, untyped"}},
		{"a resource with conditions", fooEntry + ", conditions: [{type: Ready}]", nil, []string{"stable.example.com/v1 Foo default/my-foo, untyped"}},
		{"a Job as a resource is not the watch of a Job", "resource: {apiVersion: batch/v1, kind: Job, name: migrate}, fields: [{key: a, value: b}]", nil,
			[]string{"batch/v1 Job default/migrate, untyped"}},
		{"a container", "container: envoy, for: [a]", nil, nil},
		{"a socket", "socket: /a, for: [a]", nil, nil},
		{"a file", "file: /a, for: [a]", nil, nil},
		{"an address", "tcp: 'a:1'", nil, nil},
		{"another namespace, of which nothing is looked at before it consents", "job: 'identity:migrate'", nil, []string{foreign}},
		{"another namespace that consents", "job: 'identity:migrate'", shared, []string{foreign, "batch/v1 Job identity/migrate"}},
		{"another namespace that took its consent back", "job: 'identity:migrate'", cluster{sharing("identity", "")}, []string{foreign}},
		{"a DaemonSet in another namespace", "daemonset: 'identity:ovs'", append(shared, within("identity", aDaemonSet())),
			[]string{foreign, "apps/v1 DaemonSet identity/ovs", "/v1 Pod identity/[app=cache]"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			entry, pod := parse(t, tc.entry), waitingPod()
			require.Equal(t, tc.want, describe(gate.Interests(entry, pod, tc.cluster.watched(entry, pod))))
		})
	}
}

func TestTenThousandPodsShareTheirInterests(t *testing.T) {
	entries := []string{"service: mariadb", "pod: {labels: {app: cache}, sameNode: true}", "daemonset: ovs", "job: 'identity:migrate'"}
	there := cluster{aDaemonSet(), sharing("identity", "*")}
	shared := map[gate.Interest]bool{}
	for _, text := range entries {
		entry := parse(t, text)
		sight := there.watched(entry, waitingPod())
		for i := range 10_000 {
			pod := waitingPod(func(pod *corev1.Pod) {
				pod.Name, pod.UID, pod.Spec.NodeName = fmt.Sprint("app-", i), uidOf(fmt.Sprint(i)), fmt.Sprint("n", i%100)
			})
			for _, interest := range gate.Interests(entry, pod, sight) {
				shared[interest] = true
			}
		}
	}
	// The EndpointSlices, those of Pods by labels and of the DaemonSet's Pods are one, the DaemonSet, the namespace, the Job.
	require.Len(t, shared, 5)
}

// describe writes interests as "GROUP/VERSION KIND NAMESPACE/NAME", with [SELECTOR] for a name.
func describe(interests []gate.Interest) []string {
	var lines []string
	for _, i := range interests {
		which := strings.TrimPrefix(i.Namespace+"/"+i.Name, "/")
		if i.Selector != "" {
			which += "[" + i.Selector + "]"
		}
		form := map[gate.Form]string{gate.Metadata: ", metadata", gate.Untyped: ", untyped"}[i.Form]
		lines = append(lines, fmt.Sprintf("%s/%s %s %s%s", i.Kind.Group, i.Kind.Version, i.Kind.Kind, which, form))
	}
	return lines
}
