package sidecarstop_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
)

var nothing = sidecarstop.Decision{}

func TestFirstStepsRunWhenEverySidecarIsReady(t *testing.T) {
	ready := sidecarstop.Decision{Ready: true}
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want sidecarstop.Decision
	}{
		{"without sidecars at once", makePod(aStep("a", waiting)), ready},
		{"without sidecars, before the kubelet said anything", makePod(aStep("a", unknown), inPhase(corev1.PodPending)), ready},
		{"a regular sidecar is ready", makePod(aStep("a", running), aSidecar("proxy", readied)), ready},
		{"a regular sidecar runs and is not ready", makePod(aStep("a", running), aSidecar("proxy", running)), nothing},
		{"a regular sidecar waits for its image", makePod(aStep("a", running), aSidecar("proxy", waiting)), nothing},
		{"the kubelet said nothing about a regular sidecar", makePod(aStep("a", running), aSidecar("proxy", unknown)), nothing},
		{"a regular sidecar ended well", makePod(aStep("a", running), aSidecar("proxy", ended(0))), ready},
		{"a regular sidecar failed", makePod(aStep("a", running), aSidecar("proxy", ended(1))), nothing},
		{"a regular sidecar failed and will be restarted", makePod(aStep("a", running), aSidecar("proxy", ended(1)), onFailure), nothing},
		{"a wrapped sidecar is ready", makePod(aStep("a", running), aWrapped("proxy", readied)), ready},
		{"a wrapped sidecar is not ready", makePod(aStep("a", running), aWrapped("proxy", running)), nothing},
		{"a wrapped sidecar with a preStop hook is ready", makePod(aStep("a", running), aHooked("proxy", readied)), ready},
		{"a wrapped sidecar with a preStop hook is not ready", makePod(aStep("a", running), aHooked("proxy", running)), nothing},
		{"a native sidecar is ready", makePod(aStep("a", running), aNative("proxy", readied)), ready},
		{"a native sidecar runs and is not ready", makePod(aStep("a", running), aNative("proxy", running)), nothing},
		{"the kubelet said nothing about a native sidecar", makePod(aStep("a", running), aNative("proxy", unknown)), nothing},
		{"a native sidecar ended well", makePod(aStep("a", running), aNative("proxy", ended(0))), ready},
		{"one of three kinds is not ready",
			makePod(aStep("a", running), aNative("n", readied), aWrapped("w", running), aSidecar("r", readied)), nothing},
		{"all of three kinds are ready",
			makePod(aStep("a", running), aNative("n", readied), aWrapped("w", readied), aSidecar("r", ended(0))), ready},
		{"an ordinary init container is no sidecar", makePod(aStep("a", waiting), anInit("copy", running)), ready},
		{"a step need not be ready", makePod(aStep("a", running), aStep("b", running), aSidecar("proxy", readied)), ready},
		{"a Pod that is still Pending", makePod(aStep("a", waiting), aNative("proxy", readied), inPhase(corev1.PodPending)), ready},
		{"READY stands there already", makePod(aStep("a", running), aSidecar("proxy", readied), isReady), nothing},
		{"something else stands there", makePod(aStep("a", running), annotated(contract.AnnotationReady, "")), ready},
		{"a Pod that is being deleted", makePod(aStep("a", running), deleted), nothing},
		{"a Pod that has succeeded", makePod(aStep("a", ended(0)), inPhase(corev1.PodSucceeded)), nothing},
		{"a Pod that has failed", makePod(aStep("a", ended(1)), inPhase(corev1.PodFailed)), nothing},
		{"a Pod that Orderly did not rewrite", makePod(aStep("a", running), unmanaged), nothing},
		{"a Pod without steps", makePod(aSidecar("app", readied)), nothing},
		{"a tool stands before the wrapper of a step", makePod(aStep("a", running), behindATool), ready},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, sidecarstop.Decide(tc.pod, nopImage))
		})
	}
}

func TestSidecarsAreStoppedWhenEveryStepHasEnded(t *testing.T) {
	stop := func(names ...string) sidecarstop.Decision { return sidecarstop.Decision{Stop: names} }
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want sidecarstop.Decision
	}{
		{"Never, the only step ended well", makePod(isReady, aStep("a", ended(0)), aSidecar("proxy", readied)), stop("proxy")},
		{"Never, the only step failed", makePod(isReady, aStep("a", ended(3)), aSidecar("proxy", readied)), stop("proxy")},
		{"Never, one of two steps runs", makePod(isReady, aStep("a", ended(0)), aStep("b", running), aSidecar("proxy", readied)), nothing},
		{"Never, one of two steps has not started", makePod(isReady, aStep("a", ended(0)), aStep("b", waiting), aSidecar("proxy", readied)), nothing},
		{"Never, nothing is known of a step", makePod(isReady, aStep("a", ended(0)), aStep("b", unknown), aSidecar("proxy", readied)), nothing},
		{"OnFailure, every step ended well", makePod(isReady, onFailure, aStep("a", ended(0)), aSidecar("proxy", readied)), stop("proxy")},
		{"OnFailure, a step failed and will be restarted", makePod(isReady, onFailure, aStep("a", ended(3)), aSidecar("proxy", readied)), nothing},
		{"OnFailure, a step waits for its restart", makePod(isReady, onFailure, aStep("a", waiting), aSidecar("proxy", readied)), nothing},
		{"Always, no step ever ends for good", makePod(isReady, always, aStep("a", ended(0)), aSidecar("proxy", readied)), nothing},
		{"a sidecar that is not ready", makePod(isReady, aStep("a", ended(0)), aSidecar("proxy", running)), stop("proxy")},
		{"a sidecar whose image never came", makePod(isReady, aStep("a", ended(0)), aSidecar("proxy", waiting)), stop("proxy")},
		{"a sidecar that ended well", makePod(isReady, aStep("a", ended(0)), aSidecar("proxy", ended(0))), nothing},
		{"Never, a sidecar that failed", makePod(isReady, aStep("a", ended(0)), aSidecar("proxy", ended(1))), nothing},
		{"OnFailure, a sidecar that failed and would be restarted",
			makePod(isReady, onFailure, aStep("a", ended(0)), aSidecar("proxy", ended(1))), stop("proxy")},
		{"a sidecar that is swapped already", makePod(isReady, aStep("a", ended(0)), aSidecar("proxy", readied), swapped("proxy")), nothing},
		{"one of two is swapped already",
			makePod(isReady, aStep("a", ended(0)), aSidecar("p", readied), aSidecar("q", readied), swapped("p")), stop("q")},
		{"two sidecars, in the order of the spec",
			makePod(isReady, aSidecar("q", readied), aStep("a", ended(0)), aSidecar("p", readied)), stop("q", "p")},
		{"a native sidecar is the kubelet's", makePod(isReady, aStep("a", ended(0)), aNative("proxy", readied)), nothing},
		{"a wrapped sidecar leaves by itself", makePod(isReady, aStep("a", ended(0)), aWrapped("proxy", readied)), nothing},
		{"a wrapped sidecar with a preStop hook is the kubelet's to stop", makePod(isReady, aStep("a", ended(0)), aHooked("proxy", readied)), stop("proxy")},
		{"a wrapped sidecar with a preStop hook, while a step runs", makePod(isReady, aStep("a", running), aHooked("mesh", readied)), nothing},
		{"a wrapped sidecar with a preStop hook is swapped already",
			makePod(isReady, aStep("a", ended(0)), aHooked("proxy", readied), swapped("proxy")), nothing},
		{"a wrapped sidecar with a preStop hook left by itself", makePod(isReady, aStep("a", ended(0)), aHooked("proxy", ended(0))), nothing},
		{"the regular one of three kinds",
			makePod(isReady, aStep("a", ended(0)), aNative("n", readied), aWrapped("w", readied), aSidecar("r", readied)), stop("r")},
		{"a Pod that is still Pending",
			makePod(isReady, inPhase(corev1.PodPending), aStep("a", ended(0)), aSidecar("proxy", waiting)), nothing},
		{"a Pod that is being deleted", makePod(isReady, deleted, aStep("a", ended(0)), aSidecar("proxy", readied)), nothing},
		{"a Pod that has failed",
			makePod(isReady, inPhase(corev1.PodFailed), aStep("a", ended(1)), aSidecar("proxy", readied)), nothing},
		{"a Pod that Orderly did not rewrite", makePod(isReady, unmanaged, aStep("a", ended(0)), aSidecar("proxy", readied)), nothing},
		{"a Pod without steps", makePod(isReady, aSidecar("app", readied)), nothing},
		{"a wrapper with unknown flags may be a step and holds up the others",
			makePod(isReady, aStep("a", ended(0)), aStep("b", running), flagsOfAnotherVersion, aSidecar("proxy", readied)), nothing},
		{"a wrapper with unknown flags has ended",
			makePod(isReady, aStep("a", ended(0)), aStep("b", ended(0)), flagsOfAnotherVersion, aSidecar("proxy", readied)), stop("proxy")},
		{"a tool stands before the wrapper of a step that runs",
			makePod(isReady, aStep("a", running), behindATool, aSidecar("proxy", readied)), nothing},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, sidecarstop.Decide(tc.pod, nopImage))
		})
	}
}

func TestStepsThatEndBeforeASidecarIsReadyNeedBothAnswers(t *testing.T) {
	pod := makePod(aStep("a", ended(1)), aSidecar("p", readied), aSidecar("q", readied))
	want := sidecarstop.Decision{Ready: true, Stop: []string{"p", "q"}}
	require.Equal(t, want, sidecarstop.Decide(pod, nopImage))
}

func TestDecidingDoesNotChangeThePod(t *testing.T) {
	pod := makePod(aStep("a", ended(0)), aNative("n", readied), aSidecar("r", readied))
	before := pod.DeepCopy()
	sidecarstop.Decide(pod, nopImage)
	require.Equal(t, before, pod)
}
