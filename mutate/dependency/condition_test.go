package dependency

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestWhichConditionsHold(t *testing.T) {
	for _, c := range []struct {
		name, object string
		want         bool
	}{
		{"the condition is there", `{"status": {"conditions": [{"type": "Synced", "status": "False"}, {"type": "Ready", "status": "True"}]}}`, true},
		{"another status", `{"status": {"conditions": [{"type": "Ready", "status": "False"}]}}`, false},
		{"a boolean is no status", `{"status": {"conditions": [{"type": "Ready", "status": true}]}}`, false},
		{"another condition", `{"status": {"conditions": [{"type": "Synced", "status": "True"}]}}`, false},
		{"no conditions yet", `{"status": {}}`, false},
		{"no status yet", `{"metadata": {}}`, false},
		{"conditions that are no list", `{"status": {"conditions": {"type": "Ready", "status": "True"}}}`, false},
		{"conditions that are no objects", `{"status": {"conditions": ["Ready"]}}`, false},
		{"observed since the last change", `{"metadata": {"generation": 2}, "status": {"conditions": [{"type": "Ready", "status": "True", "observedGeneration": 2}]}}`, true},
		{"observed before the last change", `{"metadata": {"generation": 3}, "status": {"conditions": [{"type": "Ready", "status": "True", "observedGeneration": 2}]}}`, false},
		{"a status from before the last change", `{"metadata": {"generation": 3}, "status": {"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "True"}]}}`, false},
		{"a condition that is newer than its status says",
			`{"metadata": {"generation": 3}, "status": {"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "True", "observedGeneration": 3}]}}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			entries := parsed(t, "- resource: {apiVersion: a.b/v1, kind: Foo, name: f}\n  conditions: [{type: Ready}]")
			u := unstructured.Unstructured{}
			require.NoError(t, u.UnmarshalJSON([]byte(`{"apiVersion": "a.b/v1", "kind": "Foo", `+c.object[1:])), c.object)
			require.Equal(t, c.want, entries[0].Conditions()[0].Holds(u.Object))
		})
	}
}
