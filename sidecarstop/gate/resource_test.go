package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"orderly.dev/sidecarstop/gate"
)

const fooEntry = "resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}"

func TestAResourceIsMetWhenItIsAsAsked(t *testing.T) {
	const fields = fooEntry + ", fields: [{key: spec.phase, value: ready}, {key: spec.count, value: 3}, {key: spec.on, value: true}]"
	const conditions = fooEntry + ", conditions: [{type: Ready}, {type: Degraded, status: 'False'}]"
	tell(t, []story{
		{"there is none", fooEntry, nil, nil, notYet("there is no such object")},
		{"it is there, and nothing more is asked", fooEntry, nil, cluster{foo(t, `{}`)}, met},
		{"it is there in another namespace", fooEntry, nil, cluster{within("identity", foo(t, `{}`))}, notYet("there is no such object")},
		{"it is of a kind without namespaces", fooEntry, nil, cluster{within("", foo(t, `{}`))}, met},
		{"there is none with fields", fields, nil, nil, notYet("there is no such object")},
		{"its fields are as asked", fields, nil, cluster{foo(t, `{"spec": {"phase": "ready", "count": 3, "on": true}}`)}, met},
		{"one of its fields is not", fields, nil, cluster{foo(t, `{"spec": {"phase": "hunter2", "count": 3, "on": true}}`)}, notYet("not as asked: spec.phase")},
		{"none of its fields is there", fields, nil, cluster{foo(t, `{}`)}, notYet("not as asked: spec.count, spec.on, spec.phase")},
		{"its numbers are texts", fields, nil, cluster{foo(t, `{"spec": {"phase": "ready", "count": "3", "on": true}}`)}, notYet("not as asked: spec.count")},
		{"its conditions are as asked", conditions, nil,
			cluster{foo(t, `{"status": {"conditions": [{"type": "Degraded", "status": "False"}, {"type": "Ready", "status": "True"}]}}`)}, met},
		{"a condition is missing", conditions, nil, cluster{foo(t, `{"status": {"conditions": [{"type": "Ready", "status": "True"}]}}`)},
			notYet("not as asked: condition Degraded")},
	})
}

func TestAKindThatMayNotBeSeenSaysWhatToGrant(t *testing.T) {
	entry, pod := parse(t, fooEntry), waitingPod()
	sight := gate.Sight{}
	for _, interest := range gate.Interests(entry, pod, sight) {
		sight[interest] = gate.Seen{Obstacle: "the companion may not watch foos.stable.example.com;\nlist it in the chart's dependencies.resources"}
	}
	want := notYet("the companion may not watch foos.stable.example.com; list it in the chart's dependencies.resources")
	require.Equal(t, want, gate.Judge(entry, pod, sight))
}

// foo is the Foo my-foo with what the JSON says beside its name, decoded as a watch decodes it: whole numbers are int64.
func foo(t testing.TB, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	require.NoError(t, utiljson.Unmarshal([]byte(text), &object.Object))
	object.SetAPIVersion("stable.example.com/v1")
	object.SetKind("Foo")
	object.SetNamespace("default")
	object.SetName("my-foo")
	return object
}
