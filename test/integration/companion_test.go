package integration

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/voice"
)

// There is no kubelet here: the tests write what it would report.

// makeCompanionPod gives a Pod as admission leaves it: a step, and a sidecar that came later and is not wrapped.
func makeCompanionPod(namespace, name string) *corev1.Pod {
	wrapper := contract.Options{
		Step: "build", PostFile: contract.MarkerFile("build"), ReadyFiles: []string{contract.ReadyFile}, Entrypoint: "make",
	}
	pod := &corev1.Pod{Spec: corev1.PodSpec{
		RestartPolicy:                 corev1.RestartPolicyNever,
		TerminationGracePeriodSeconds: new(int64(0)),
		Containers: []corev1.Container{
			{Name: "build", Image: "registry.example/build", Command: append([]string{contract.WrapperPath}, wrapper.Words()...)},
			{Name: "proxy", Image: "registry.example/proxy"},
		},
	}}
	pod.Namespace, pod.Name = namespace, name
	pod.Labels = map[string]string{contract.LabelManaged: contract.ManagedYes}
	pod.Annotations = map[string]string{"example.com/note": "kept"}
	return pod
}

// report writes a status as the kubelet would, beside a condition of somebody else.
func report(t *testing.T, pod *corev1.Pod, statuses ...corev1.ContainerStatus) {
	t.Helper()
	pod.Status.Phase = corev1.PodRunning
	pod.Status.Conditions = []corev1.PodCondition{{Type: "example.com/Watched", Status: corev1.ConditionTrue}}
	pod.Status.ContainerStatuses = statuses
	require.NoError(t, admin.Status().Update(t.Context(), pod))
}

func running(name string, ready bool) corev1.ContainerStatus {
	return corev1.ContainerStatus{Name: name, Ready: ready, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}
}

// buildCompleted is the status of the step build when it has ended with 0.
func buildCompleted() corev1.ContainerStatus {
	return corev1.ContainerStatus{Name: "build", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{}}}
}

func mustGetPod(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	var got corev1.Pod
	require.NoError(t, admin.Get(t.Context(), client.ObjectKeyFromObject(pod), &got))
	return &got
}

// conditionOf gives the Pod's condition of that type, the zero value where it has none.
func conditionOf(pod *corev1.Pod, kind corev1.PodConditionType) corev1.PodCondition {
	for _, c := range pod.Status.Conditions {
		if c.Type == kind {
			return c
		}
	}
	return corev1.PodCondition{}
}

// waitForEvent waits for an Event of that reason on the Pod.
func waitForEvent(t *testing.T, c *companion, pod *corev1.Pod, reason voice.Reason) {
	t.Helper()
	c.eventually("an Event "+string(reason), func() error {
		var all eventsv1.EventList
		if err := admin.List(t.Context(), &all, client.InNamespace(pod.Namespace)); err != nil {
			return err
		}
		for _, e := range all.Items {
			if e.Regarding.UID == pod.UID && e.Reason == string(reason) {
				return nil
			}
		}
		return fmt.Errorf("%d other Events in the namespace", len(all.Items))
	})
}

func TestTheCompanionSaysREADYAndThenStopsTheSidecar(t *testing.T) {
	loop := startCompanion(t)
	pod := mustCreate(t, makeCompanionPod(makeNamespace(t, nil), "work"))

	report(t, pod, running("build", true), running("proxy", true))
	loop.eventually("the Pod is READY", func() error {
		if got := mustGetPod(t, pod).Annotations[contract.AnnotationReady]; got != contract.ReadyValue {
			return fmt.Errorf("the annotation is %q", got)
		}
		return nil
	})
	ready := mustGetPod(t, pod)
	require.Equal(t, "kept", ready.Annotations["example.com/note"])
	require.Equal(t, pod.Spec, ready.Spec)
	require.Equal(t, pod.Status.ContainerStatuses, ready.Status.ContainerStatuses)
	require.Contains(t, ready.Status.Conditions, pod.Status.Conditions[0], "what others wrote stays")
	require.Equal(t, corev1.ConditionTrue, conditionOf(ready, contract.ConditionReady).Status, "it came with READY")
	waitForEvent(t, loop, pod, sidecarstop.EventReady)

	report(t, ready, buildCompleted(), running("proxy", true))
	loop.eventually("the sidecar is swapped", func() error {
		if got := mustGetPod(t, pod).Spec.Containers[1].Image; got != companionImage {
			return fmt.Errorf("the image is %q", got)
		}
		return nil
	})
	swapped := mustGetPod(t, pod)
	require.Equal(t, "registry.example/build", swapped.Spec.Containers[0].Image)
	require.Equal(t, contract.ReadyValue, swapped.Annotations[contract.AnnotationReady])
	waitForEvent(t, loop, pod, ending.EventSidecarStopped)
}

// That something is not done cannot be waited for: a Pod that came later, and for which there is something to do, shows that the
// loop has come past the others.
func TestTheCompanionLetsOtherPodsAlone(t *testing.T) {
	loop := startCompanion(t)
	namespace := makeNamespace(t, nil)
	unready := mustCreate(t, makeCompanionPod(namespace, "unready"))
	report(t, unready, running("build", true), running("proxy", false))
	unmanaged := makeCompanionPod(namespace, "unmanaged")
	unmanaged.Labels = nil
	mustCreate(t, unmanaged)
	report(t, unmanaged, buildCompleted(), running("proxy", true))

	last := mustCreate(t, makeCompanionPod(namespace, "last"))
	report(t, last, running("build", true), running("proxy", true))
	waitForEvent(t, loop, last, sidecarstop.EventReady)
	for _, pod := range []*corev1.Pod{unready, unmanaged} {
		require.Equal(t, pod.ResourceVersion, mustGetPod(t, pod).ResourceVersion, "Pod %s was written to", pod.Name)
	}
}

func TestAPodThatTookTheNameOfAnotherIsNotTouched(t *testing.T) {
	for _, tc := range []struct {
		name     string
		statuses []corev1.ContainerStatus
	}{
		{"READY", []corev1.ContainerStatus{running("build", true), running("proxy", true)}},
		{"the swap", []corev1.ContainerStatus{buildCompleted(), running("proxy", true)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := makeCompanionPod(makeNamespace(t, nil), "work")
			if tc.name == "the swap" {
				before.Annotations[contract.AnnotationReady] = contract.ReadyValue
			}
			mustCreate(t, before)
			report(t, before, tc.statuses...)
			require.NoError(t, admin.Delete(t.Context(), before, client.GracePeriodSeconds(0)))
			requireRefusedInSilence(t, before)

			after := mustCreate(t, makeCompanionPod(before.Namespace, before.Name))
			requireRefusedInSilence(t, before)
			require.Equal(t, after.ResourceVersion, mustGetPod(t, after).ResourceVersion)
		})
	}
}

// requireRefusedInSilence reconciles while the cache still holds the Pod. Nothing is done, and it is no error.
func requireRefusedInSilence(t *testing.T, stale *corev1.Pod) {
	t.Helper()
	settings := ending.Settings{NopImage: companionImage}
	facts := sidecarstop.Facts{Ending: ending.Facts{Settings: settings}}
	require.False(t, sidecarstop.Decide(stale, facts, time.Now()).IsNothing(), "there must be something to refuse")
	withWatch, err := client.NewWithWatch(adminConfig, client.Options{})
	require.NoError(t, err)
	nobody := &silence{}
	loop := &sidecarstop.Reconciler{Settings: settings, Live: withWatch, Watches: nobody, Teller: nobody, Client: interceptor.NewClient(withWatch, interceptor.Funcs{
		Get: func(_ context.Context, _ client.WithWatch, _ client.ObjectKey, object client.Object, _ ...client.GetOption) error {
			stale.DeepCopyInto(object.(*corev1.Pod))
			return nil
		},
	})}
	_, err = loop.Reconcile(t.Context(), reconcile.Request{NamespacedName: client.ObjectKeyFromObject(stale)})
	require.NoError(t, err)
	require.Zero(t, nobody.said)
}

// silence sees nothing, and counts what it is told.
type silence struct{ said int }

func (*silence) Look(*corev1.Pod, []dependency.Entry) gate.Sight { return nil }
func (*silence) Forget(types.NamespacedName)                     {}

func (s *silence) Tell(_ *corev1.Pod, _ *metav1.OwnerReference, all []voice.Event) {
	s.said += len(all)
}
