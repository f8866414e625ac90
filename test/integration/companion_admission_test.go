package integration

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// What admission writes the companion understands.
func TestAPodThatAsksToWaitIsLetThrough(t *testing.T) {
	loop := startCompanion(t)
	for _, tc := range []struct {
		name        string
		annotations map[string]string
		policy      corev1.RestartPolicy
		gates       []string
		waitsOn     bool
	}{
		{"in an init container", map[string]string{contract.AnnotationWaitFor: "- service: db"}, corev1.RestartPolicyAlways, []string{waitGate}, false},
		{"in its only container, with a readiness gate", map[string]string{contract.AnnotationWaitFor: "- service: db\n  for: [app]"},
			corev1.RestartPolicyAlways, []string{contract.GateAnnotation("app")}, false},
		{"in its first step", map[string]string{contract.AnnotationWaitFor: "- service: db", contract.AnnotationSteps: "app"}, corev1.RestartPolicyNever,
			[]string{contract.AnnotationReady}, false},
		{"in its first step, twice", map[string]string{contract.AnnotationWaitFor: "- service: db\n- deployment: api\n  for: [app]\n- service: db\n  for: [app]",
			contract.AnnotationSteps: "app"}, corev1.RestartPolicyNever, []string{contract.AnnotationReady}, true},
		{"in the queue", map[string]string{contract.AnnotationWaitFor: "- service: db", contract.AnnotationHold: contract.HoldQueue}, corev1.RestartPolicyOnFailure,
			[]string{waitGate}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namespace, loop := makeNamespace(t, optedIn), loop.in(t)
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "work", Annotations: tc.annotations}, Spec: corev1.PodSpec{
				RestartPolicy: tc.policy, TerminationGracePeriodSeconds: new(int64(0)),
				Containers: []corev1.Container{{Name: "app", Image: "registry.example/app", Command: []string{"serve"}}},
			}}
			mustCreate(t, pod)
			loop.eventuallyMisses(pod, "service db: no endpoints")
			mustCreate(t, makeEndpoints(namespace, "db", true))
			for _, gate := range tc.gates {
				loop.eventuallyOpens(pod, gate)
			}
			// The second gate of the step still waits for another thing.
			want := map[bool]corev1.ConditionStatus{true: corev1.ConditionFalse, false: corev1.ConditionTrue}[tc.waitsOn]
			require.Equal(t, want, conditionOf(mustGetPod(t, pod), contract.ConditionReady).Status)
			loop.eventually("it is not held", func() error {
				if gates := mustGetPod(t, pod).Spec.SchedulingGates; len(gates) > 0 {
					return fmt.Errorf("the gates are %v", gates)
				}
				return nil
			})
		})
	}
}
