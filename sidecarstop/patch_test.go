package sidecarstop_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// What a Pod looks like after them is shown on a real API server, in test/integration.
func TestADecisionIsAtMostOnePatchOfTheStatusAndOneOfThePod(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		// want are parts of the patches, of which there are as many.
		want []string
	}{
		{"a gate opens with its condition", makePod(aStep("a", running), aSidecar("p", readied)),
			[]string{`{"metadata":{"uid":"uid-1","annotations":{"orderly.dev/ready":"READY"}},"status":{"conditions":[{"type":"orderly.dev/Ready","status":"True"`}},
		{"a sidecar is swapped", makePod(isReady, aStep("a", ended(0)), aSidecar("p", readied)),
			[]string{`"orderly.dev/result":`, `{"metadata":{"uid":"uid-1"},"spec":{"containers":[{"name":"p","image":"registry.example/tools:1"}]}}`}},
		{"a Pod leaves the queue", makePod(aSidecar("app", unknown), isHeld, isReleased, annotated(contract.AnnotationResolvedWaits, "- service: db\n"),
			saying(corev1.ConditionFalse, "x", started)),
			[]string{`{"type":"orderly.dev/Ready"`, `{"metadata":{"uid":"uid-1"},"spec":{"schedulingGates":[{"name":"orderly.dev/hold","$patch":"delete"}]}}`}},
		{"nothing is to be done", makePod(isReady, aStep("a", running), aSidecar("p", running)), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := makeWorld(t, tc.pod)
			_, err := w.reconcile()
			require.NoError(t, err)
			require.Len(t, w.bodies, len(tc.want), "%v", w.bodies)
			for i := range tc.want {
				require.Contains(t, w.bodies[i], tc.want[i])
			}
		})
	}
}
