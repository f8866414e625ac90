package podview_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

func names(containers []podview.Container) []string {
	var all []string
	for _, c := range containers {
		all = append(all, c.Name)
	}
	return all
}

func TestStepsAndSidecarsAreTheRegularContainersAndTheNativeOnes(t *testing.T) {
	view := podview.Of(makePod(initial("copy", "cp"), native("mesh", "envoy"), regular("late", nil), regular("build", wrapper(asStep("build"))),
		regular("log", wrapper(contract.Options{StopFiles: []string{contract.MarkerFile("build")}, Entrypoint: "fluent-bit"}))))
	require.Equal(t, []string{"build"}, names(view.Steps()))
	require.Equal(t, []string{"mesh", "late", "log"}, names(view.Sidecars()))
	found, there := view.Find("log")
	require.True(t, there)
	require.Equal(t, podview.Wrapped, found.Role)
	_, there = view.Find("nobody")
	require.False(t, there)
}

func TestInAPodWithoutStepsNothingIsASidecar(t *testing.T) {
	require.Empty(t, podview.Of(makePod(native("mesh", "envoy"), regular("app", nil))).Sidecars())
}

func TestTheLabelAloneMakesAPodManagedButNotOurs(t *testing.T) {
	view := podview.Of(makePod(regular("app", nil)))
	require.True(t, view.IsManaged())
	require.False(t, view.IsOurs())
	require.True(t, podview.Of(makePod(held, regular("app", nil))).IsOurs())
	require.True(t, podview.Of(makePod(annotated("ready.orderly.dev/orderly-wait", "READY"), regular("app", nil))).IsOurs(), "it was held")
	require.False(t, podview.Of(makePod(annotated("ready.orderly.dev/app", "READY"), regular("app", nil))).IsOurs())
	pod := makePod(regular("a", wrapper(asStep("a"))))
	pod.Labels = nil
	require.False(t, podview.Of(pod).IsManaged())
}

func TestHowAPodStands(t *testing.T) {
	deleted := metav1.NewTime(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	for _, tc := range []struct {
		name            string
		change          func(*corev1.Pod)
		alive, finished bool
	}{
		{"pending", func(pod *corev1.Pod) { pod.Status.Phase = corev1.PodPending }, true, false},
		{"running", func(*corev1.Pod) {}, true, false},
		{"succeeded", func(pod *corev1.Pod) { pod.Status.Phase = corev1.PodSucceeded }, false, true},
		{"failed", func(pod *corev1.Pod) { pod.Status.Phase = corev1.PodFailed }, false, true},
		{"being deleted", func(pod *corev1.Pod) { pod.DeletionTimestamp = &deleted }, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			view := podview.Of(makePod(tc.change))
			require.Equal(t, tc.alive, view.IsAlive())
			require.Equal(t, tc.finished, view.IsFinished())
		})
	}
}

func TestAPodThatAlwaysRestartsCannotBeCancelled(t *testing.T) {
	cancelled := annotated(contract.AnnotationCancel, "enough")
	for policy, want := range map[corev1.RestartPolicy]bool{
		corev1.RestartPolicyNever: true, corev1.RestartPolicyOnFailure: true, corev1.RestartPolicyAlways: false,
	} {
		require.Equal(t, want, podview.Of(makePod(withPolicy(policy), cancelled)).IsCancelled(), policy)
		require.Equal(t, want, podview.Of(makePod(withPolicy(policy))).MayEnd(), policy)
		require.False(t, podview.Of(makePod(withPolicy(policy))).IsCancelled(), policy)
	}
}

func TestConditionsAreFoundByType(t *testing.T) {
	want := corev1.PodCondition{Type: contract.ConditionReady, Status: corev1.ConditionFalse}
	pod := makePod()
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady}, want}
	got, found := podview.Of(pod).Condition(contract.ConditionReady)
	require.True(t, found)
	require.Equal(t, want, got)
	_, found = podview.Of(pod).Condition(contract.ConditionFinished)
	require.False(t, found)
}
