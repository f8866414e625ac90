package ending_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/voice"
)

func TestACancelBeginsWithAnnotationConditionAndEvents(t *testing.T) {
	want := ending.Decision{
		Cancel: "GateTimeout: service db is missing",
		Conditions: []corev1.PodCondition{{
			Type: contract.ConditionCancelled, Status: corev1.ConditionTrue, Reason: "GateTimeout", Message: "service db is missing",
			LastTransitionTime: metav1.NewTime(now),
		}},
		Events: []voice.Event{
			{Reason: "Cancelled", Warning: true, Action: "CancelPod", Message: "GateTimeout: service db is missing"},
			{Reason: "Cancelled", Warning: true, Action: "CancelPod", Message: "Pod job-x1: GateTimeout: service db is missing", On: voice.OnOwner},
		},
	}
	require.Equal(t, want, decide(t, makePod(step("a", running)), withGateFailure("service db is missing")))
}

func TestWhatIsWrongWithAGateCancelsThePod(t *testing.T) {
	const missing = "service db: 0 of 2 endpoints ready"
	failedForGood := func(f *ending.Facts) { f.GateReason = ending.ReasonDependencyFailed }
	for _, tc := range []struct {
		name  string
		pod   *corev1.Pod
		facts []knowing
		want  string
	}{
		{"Never, a timeout", makePod(step("a", running)), []knowing{withGateFailure(missing)}, "GateTimeout"},
		{"OnFailure, a timeout", makePod(onFailure, step("a", running)), []knowing{withGateFailure(missing)}, "GateTimeout"},
		{"Always, a timeout", makePod(always, gated("a", running)), []knowing{withGateFailure(missing)}, ""},
		{"a dependency that failed for good", makePod(step("a", running)), []knowing{withGateFailure(missing), failedForGood}, "DependencyFailed"},
		{"a Pod without steps", makePod(pending, late("app", unknown), waiter(running)), []knowing{withGateFailure(missing)}, "GateTimeout"},
		{"a Pod without steps that is being cloned for", makePod(pending, late("app", unknown), cloner(running)), []knowing{withGateFailure(missing)}, "GateTimeout"},
		{"a container with a gate of its own", makePod(gated("app", running)), []knowing{withGateFailure(missing)}, "GateTimeout"},
		{"nothing is wrong", makePod(step("a", running)), nil, ""},
		{"nothing but a reason", makePod(step("a", running)), []knowing{failedForGood}, ""},
		{"a message of nothing but blanks", makePod(step("a", running)), []knowing{withGateFailure(" \n\x00")}, ""},
		{"every step has ended", makePod(step("a", ended(124))), []knowing{withGateFailure(missing)}, ""},
		{"a container that cannot start is the cause of it", makePod(step("a", running), wrapped("w", waiting("InvalidImageName"))), []knowing{withGateFailure(missing)}, "InvalidImageName"},
		{"so is a sidecar that failed", makePod(step("a", running), wrapped("w", ended(3))), []knowing{withGateFailure(missing)}, "SidecarFailed"},
		{"a user was faster", makePod(step("a", running), annotated(contract.AnnotationCancel, "stop")), []knowing{withGateFailure(missing)}, "UserCancel"},
		{"a Pod that has succeeded", makePod(succeeded, step("a", running)), []knowing{withGateFailure(missing)}, ""},
		{"a Pod that is being deleted", makePod(deleted, step("a", running)), []knowing{withGateFailure(missing)}, ""},
		{"a Pod that is not managed", makePod(unmanaged, step("a", running)), []knowing{withGateFailure(missing)}, ""},
		{"a Pod that Orderly has no part in", makePod(late("a", running)), []knowing{withGateFailure(missing)}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod, tc.facts...)
			if tc.want == "" {
				require.Empty(t, d.Conditions)
				require.Empty(t, d.Events)
				require.Nil(t, d.Fail)
				return
			}
			require.Len(t, d.Conditions, 1)
			require.Equal(t, tc.want, d.Conditions[0].Reason)
		})
	}
}

func TestAUserCancelsAPod(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"with a reason", "wrong branch", "wrong branch"},
		{"with many lines", "one\ntwo\r\n\x1b[2Jthree", "one two   [2Jthree"},
		{"with nothing to read", " \t\n", "no reason was given"},
		{"with a book", strings.Repeat("x", 100_000), strings.Repeat("x", 797) + "…"},
		{"with what is no text", "a\xff\xfeb", "a  b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, makePod(step("a", running), annotated(contract.AnnotationCancel, tc.text)))
			require.Empty(t, d.Cancel, "the user's annotation stays")
			require.Len(t, d.Conditions, 1)
			require.Equal(t, "UserCancel", d.Conditions[0].Reason)
			require.Equal(t, strings.ReplaceAll(tc.want, "�", " "), strings.ReplaceAll(d.Conditions[0].Message, "�", " "))
			require.Equal(t, []voice.Reason{ending.EventCancelled}, reasonsSaid(d))
		})
	}
}

// Nothing in such a Pod sees the annotation, so it gets its deadline at once.
func TestAUserCancelsAPodInWhichNothingIsOurs(t *testing.T) {
	gateRemovedByHand := makePod(late("app", running), annotatedCancel)
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
	}{
		{"Never, it was released from the queue", makePod(late("app", running), released, annotatedCancel)},
		{"OnFailure, it was released from the queue",
			makePod(onFailure, late("app", running), released, annotatedCancel)},
		{"somebody took it out of the queue", gateRemovedByHand},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod)
			require.Len(t, d.Conditions, 1)
			require.Equal(t, "UserCancel", d.Conditions[0].Reason)
			require.Equal(t, []voice.Reason{ending.EventCancelled}, reasonsSaid(d))
			carryOut(tc.pod, facts(), d)
			require.True(t, decide(t, tc.pod).Deadline)
		})
	}
	unscheduled(gateRemovedByHand)
	require.Equal(t, &ending.Failure{Reason: "UserCancel", Message: "stop"}, decide(t, gateRemovedByHand).Fail)
	require.Equal(t, ending.Decision{}, decide(t, makePod(late("app", waiting("InvalidImageName")))), "without a cancel it is none of our business")
	require.Equal(t, ending.Decision{}, decide(t, makePod(always, late("app", running), annotatedCancel)))
}

func TestACancelThatSaysNothingIsNone(t *testing.T) {
	// The file of an empty annotation is empty, so no wrapper ends.
	require.Equal(t, ending.Decision{}, decide(t, makePod(step("a", running), annotated(contract.AnnotationCancel, ""))))
}

func TestACancelOfAPodThatNeverEndsHasNoEffect(t *testing.T) {
	pod := makePod(always, gated("a", running), annotated(contract.AnnotationCancel, "stop"))
	d := decide(t, pod)
	require.Equal(t, []voice.Reason{ending.EventCancelIgnored}, reasonsSaid(d))
	require.Equal(t, ending.Decision{Events: d.Events}, d)
	require.Equal(t, ending.Decision{}, decide(t, makePod(always, gated("a", running))))
}

func TestACancelCannotBeTakenBack(t *testing.T) {
	d := decide(t, makePod(step("a", running), conditioned(corev1.ConditionTrue, ago(time.Second))))
	require.Equal(t, "GateTimeout: service db is missing", d.Cancel, "somebody removed the annotation")
	require.Empty(t, d.Conditions)
}

func TestAConditionThatIsNotTrueIsNoCancel(t *testing.T) {
	require.Equal(t, ending.Decision{}, decide(t, makePod(step("a", running), conditioned(corev1.ConditionFalse, ago(time.Hour)))))
}

func TestWhatACancelSaysIsSaidAgain(t *testing.T) {
	first := decide(t, makePod(step("a", running)), withGateFailure("service db is missing"))
	second := decide(t, makePod(step("a", running), cancelledAt(now)))
	require.Equal(t, first.Events, second.Events)
}

func TestASidecarThatFailsCancelsAPodThatStartsNothingAgain(t *testing.T) {
	policy := corev1.ContainerRestartPolicyAlways
	ownRule := func(pod *corev1.Pod) { pod.Spec.Containers[len(pod.Spec.Containers)-1].RestartPolicy = &policy }
	rules := func(pod *corev1.Pod) {
		pod.Spec.Containers[len(pod.Spec.Containers)-1].RestartPolicyRules = []corev1.ContainerRestartRule{{Action: "Restart"}}
	}
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want string
	}{
		{"a late one, while a step runs", makePod(step("a", running), late("l", ended(3))), "sidecar l ended before the steps did (exit code 3), so the Pod cannot succeed any more"},
		{"a wrapped one", makePod(step("a", running), wrapped("w", ended(3))), "sidecar w ended before the steps did (exit code 3), so the Pod cannot succeed any more"},
		{"one with a preStop hook", makePod(step("a", running), hooked("h", died(137, "OOMKilled", ""))),
			"sidecar h ended before the steps did (OOMKilled), so the Pod cannot succeed any more"},
		{"while a step has not started", makePod(step("a", waiting("ContainerCreating")), late("l", ended(1))),
			"sidecar l ended before the steps did (exit code 1), so the Pod cannot succeed any more"},
		{"while the last of two steps runs", makePod(step("a", ended(0)), step("b", running), late("l", ended(1))),
			"sidecar l ended before the steps did (exit code 1), so the Pod cannot succeed any more"},
		{"the first of two is named", makePod(step("a", running), late("l", ended(1)), late("m", ended(2))),
			"sidecar l ended before the steps did (exit code 1), so the Pod cannot succeed any more"},
		{"one that ended well", makePod(step("a", running), wrapped("w", ended(0))), ""},
		{"one that was swapped and ended well", makePod(step("a", running), late("l", ended(0)), swapped("l")), ""},
		{"when every step has ended", makePod(step("a", ended(0)), late("l", ended(3))), ""},
		{"when every step has ended, some badly", makePod(step("a", ended(0)), step("b", ended(1)), wrapped("w", ended(3))), ""},
		{"OnFailure starts it again", makePod(onFailure, step("a", running), late("l", ended(3))), ""},
		{"the kubelet starts native ones again", makePod(step("a", running), native("n", ended(3))), ""},
		{"one that has a restartPolicy of its own", makePod(step("a", running), late("l", ended(3)), ownRule), ""},
		{"one that has rules of its own", makePod(step("a", running), late("l", ended(3)), rules), ""},
		{"a container of a Pod without steps is no sidecar", makePod(gated("app", running), late("l", ended(3))), ""},
		{"a step that failed is no sidecar", makePod(step("a", running), step("b", ended(3))), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod)
			if tc.want == "" {
				require.Empty(t, d.Conditions)
				return
			}
			require.Len(t, d.Conditions, 1)
			require.Equal(t, "SidecarFailed", d.Conditions[0].Reason)
			require.Equal(t, tc.want, d.Conditions[0].Message)
		})
	}
}

func TestCausesAreNamed(t *testing.T) {
	evicted := func(pod *corev1.Pod) {
		pod.Status.Reason, pod.Status.Message = "Evicted", "The node was low on resource: memory."
	}
	for _, tc := range []struct {
		name string
		end  status
		pod  change
		want string
	}{
		{"an exit code", died(3, "Error", "my own words"), nil, "(exit code 3)"},
		{"no memory", died(137, "OOMKilled", ""), nil, "(OOMKilled)"},
		{"a signal", died(137, "Error", ""), nil, "(signal 9 (SIGKILL))"},
		{"another signal", died(143, "Error", ""), nil, "(signal 15 (SIGTERM))"},
		{"a signal without a name", died(128+34, "Error", ""), nil, "(signal 34)"},
		{"no signal has this number", died(255, "Error", ""), nil, "(exit code 255)"},
		{"128 is no signal", died(128, "Error", ""), nil, "(exit code 128)"},
		{"a program that is not there", died(128, "StartError", "exec: \"x\":\nno such file"), nil, `(StartError: "exec: "x": no such file")`},
		{"the same, elsewhere", died(127, "ContainerCannotRun", "no such file"), nil, `(ContainerCannotRun: "no such file")`},
		{"a container that nobody finds", died(137, "ContainerStatusUnknown", "The container could not be located"), nil,
			`(ContainerStatusUnknown: "The container could not be located")`},
		{"an eviction", died(137, "Error", ""), evicted, `(Evicted: "The node was low on resource: memory.")`},
		{"an exit code in a Pod that is evicted", died(3, "Error", ""), evicted, "(exit code 3)"},
		{"no memory in a Pod that is evicted", died(137, "OOMKilled", ""), evicted, "(OOMKilled)"},
		{"less than nothing", died(-1, "", ""), nil, "(exit code -1)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(step("a", running), late("l", tc.end))
			if tc.pod != nil {
				tc.pod(pod)
			}
			d := decide(t, pod)
			require.Len(t, d.Conditions, 1)
			require.Contains(t, d.Conditions[0].Message, "sidecar l ended before the steps did "+tc.want+",")
		})
	}
}
