package sidecarstop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/voice"
)

const minute = time.Minute

// readyConditionOf gives the condition orderly.dev/Ready that is written, nil where none is.
func readyConditionOf(d sidecarstop.Decision) *corev1.PodCondition {
	for _, c := range d.Conditions {
		if c.Type == contract.ConditionReady {
			return &c
		}
	}
	return nil
}

// eventsOf gives those Events of that reason.
func eventsOf(d sidecarstop.Decision, reason voice.Reason) []voice.Event {
	var some []voice.Event
	for _, e := range d.Events {
		if e.Reason == reason {
			some = append(some, e)
		}
	}
	return some
}

// saying is a Pod on which the condition stands, written at that time.
func saying(status corev1.ConditionStatus, message string, at time.Time) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{
			Type: contract.ConditionReady, Status: status, Message: message, Reason: "WaitingFor",
			LastProbeTime: metav1.NewTime(at), LastTransitionTime: metav1.NewTime(created),
		})
	}
}

func TestWhatIsMissingIsSaidAfterAWhileAndNotTooOften(t *testing.T) {
	const missing = "service db: " + noEndpoints + "; sidecar p: not ready"
	waiting := []func(*corev1.Pod){aStep("a", running), aSidecar("p", running)}
	with := func(more ...func(*corev1.Pod)) *corev1.Pod { return makePod(append(waiting, more...)...) }
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		at   time.Time
		want string
		// again is how long until it is asked for again because of what is to be said.
		again time.Duration
	}{
		{"not in the first five seconds", with(), started.Add(2 * time.Second), "", 3 * time.Second},
		{"then at once", with(), started.Add(5 * time.Second), missing, 0},
		{"without a node since it was made", with(unscheduled), created.Add(5 * time.Second), missing, 0},
		{"not within 30 s of another message", with(saying(corev1.ConditionFalse, "x", started)), started.Add(10 * time.Second), "", 20 * time.Second},
		{"then it is said", with(saying(corev1.ConditionFalse, "x", started)), started.Add(30 * time.Second), missing, 0},
		{"it said that nothing was missing, for whatever reason", with(saying(corev1.ConditionTrue, "", started)), started.Add(minute), missing, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			decision := sidecarstop.Decide(tc.pod, makeFacts(t, tc.pod, "- service: db\n"), tc.at)
			condition := readyConditionOf(decision)
			require.Equal(t, tc.again, decision.Again)
			if tc.want == "" {
				require.Nil(t, condition)
				require.Empty(t, eventsOf(decision, sidecarstop.EventWaitingFor))
				return
			}
			require.NotNil(t, condition)
			require.Equal(t, corev1.ConditionFalse, condition.Status)
			require.Equal(t, "WaitingFor", condition.Reason)
			require.Equal(t, tc.want, condition.Message)
			require.Equal(t, tc.at, condition.LastProbeTime.Time)
			events := eventsOf(decision, sidecarstop.EventWaitingFor)
			require.Len(t, events, 1)
			require.Equal(t, tc.want, events[0].Message)
			require.False(t, events[0].Warning)
		})
	}
}

// A companion can be killed between the condition and its Event. The Event has one name, by which it is there once however often it is said.
func TestTheEventOfAConditionIsSaidAgainWhileItIsFresh(t *testing.T) {
	const waits = "- service: db\n"
	for _, tc := range []struct {
		name    string
		pod     *corev1.Pod
		objects []metav1.Object
		reason  voice.Reason
	}{
		{"what is missing", makePod(aWaiter(running)), nil, sidecarstop.EventWaitingFor},
		{"nothing is missing", makePod(aWaiter(running)), []metav1.Object{endpoints("db")}, sidecarstop.EventReady},
		{"a Pod has left the queue", makePod(aSidecar("app", unknown), isHeld), []metav1.Object{endpoints("db")}, sidecarstop.EventReady},
		{"somebody opened the gates", makePod(aWaiter(running), isReleased, saying(corev1.ConditionFalse, "x", started)), nil, sidecarstop.EventReady},
	} {
		t.Run(tc.name, func(t *testing.T) {
			facts := makeFacts(t, tc.pod, waits, tc.objects...)
			at := now.Add(10 * time.Second)
			first := sidecarstop.Decide(tc.pod, facts, at)
			require.NotEmpty(t, first.Conditions)
			want := eventsOf(first, tc.reason)
			require.Len(t, want, 1)
			after := apply(tc.pod, first)

			again := sidecarstop.Decide(after, facts, at.Add(29*minute))
			require.True(t, onlySays(again))
			got := eventsOf(again, tc.reason)
			require.Len(t, got, 1)
			require.Equal(t, want[0].Once, got[0].Once)
			require.Empty(t, eventsOf(sidecarstop.Decide(after, facts, at.Add(31*minute)), tc.reason), "the API server may have forgotten the first")
		})
	}
}

func TestAClockThatWasSetBackKeepsNobodyWaitingForWords(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want bool
	}{
		{"the condition is of tomorrow", makePod(aWaiter(running), saying(corev1.ConditionFalse, "x", now.Add(24*time.Hour))), true},
		{"the clock of another replica is ahead", makePod(aWaiter(running), saying(corev1.ConditionFalse, "x", now.Add(time.Second))), false},
		{"the Pod was started tomorrow", makePod(aWaiter(running), startedAt(now.Add(24*time.Hour))), true},
		{"the clock of the node is ahead", makePod(aWaiter(running), startedAt(now.Add(time.Second))), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			decision := sidecarstop.Decide(tc.pod, makeFacts(t, tc.pod, "- service: db\n"), now)
			require.Equal(t, tc.want, readyConditionOf(decision) != nil)
			require.Positive(t, decision.Again)
		})
	}
}

func startedAt(at time.Time) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Status.StartTime = new(metav1.NewTime(at)) }
}

func TestAFailureForGoodIsSaidAtOnce(t *testing.T) {
	pod := makePod(aWaiter(running), always)
	decision := sidecarstop.Decide(pod, makeFacts(t, pod, "- job: migrate\n", aJob("migrate", failed)), started)
	require.Equal(t, "job migrate: failed for good (BackoffLimitExceeded)", readyConditionOf(decision).Message)
	events := eventsOf(decision, sidecarstop.EventWaitingFor)
	require.Len(t, events, 1)
	require.True(t, events[0].Warning)
}

func TestTheConditionTurnsTrueWithTheLastGate(t *testing.T) {
	isTrue := func(t *testing.T, pod *corev1.Pod, want bool) sidecarstop.Decision {
		t.Helper()
		decision := sidecarstop.Decide(pod, makeFacts(t, pod, "- service: db\n", endpoints("db")), now)
		condition := readyConditionOf(decision)
		require.Equal(t, want, condition != nil && condition.Status == corev1.ConditionTrue)
		return decision
	}
	asked := func(pod *corev1.Pod) {
		pod.Spec.ReadinessGates = []corev1.PodReadinessGate{{ConditionType: contract.ConditionReady}}
	}
	gateless := func(pod *corev1.Pod) { isReady(pod); aStep("a", running)(pod) }

	opening := isTrue(t, makePod(aStep("a", running)), true)
	require.Equal(t, contract.ReadyValue, opening.Annotations[ready], "in the same patch")
	require.Len(t, eventsOf(opening, sidecarstop.EventReady), 1)
	isTrue(t, makePod(aStep("a", running), saying(corev1.ConditionFalse, "x", now)), true)
	isTrue(t, makePod(aStep("a", running), aSidecar("p", running)), false)
	isTrue(t, makePod(gateless), false)
	isTrue(t, makePod(gateless, saying(corev1.ConditionTrue, "", now)), false)
	isTrue(t, makePod(gateless, saying(corev1.ConditionFalse, "x", now)), true)
	isTrue(t, makePod(gateless, asked), true)
	isTrue(t, makePod(gateless, asked, saying(corev1.ConditionTrue, "", now)), false)
	isTrue(t, makePod(gateless, asked, deleted), false)
}

func TestTheTimeOfTransitionIsThatOfTheStatus(t *testing.T) {
	pod := makePod(aStep("a", running), aSidecar("p", running), saying(corev1.ConditionFalse, "x", created))
	still := readyConditionOf(sidecarstop.Decide(pod, makeFacts(t, pod, ""), now.Add(minute)))
	require.Equal(t, created, still.LastTransitionTime.Time, "it was False before")
	pod = makePod(aStep("a", running), saying(corev1.ConditionFalse, "x", created))
	turned := readyConditionOf(sidecarstop.Decide(pod, makeFacts(t, pod, ""), now))
	require.Equal(t, now, turned.LastTransitionTime.Time)
}

func TestAPodThatWaitedForNothingIsNotWrittenTo(t *testing.T) {
	pod := makePod(isReady, aStep("a", running), aNative("n", running))
	require.True(t, sidecarstop.Decide(pod, makeFacts(t, pod, ""), now).IsNothing())
}

func TestTheEventSaysWhoRunsNow(t *testing.T) {
	const waits = "- service: db\n- service: db\n  for: [nova]\n"
	for _, tc := range []struct {
		pod  *corev1.Pod
		want string
	}{
		{makePod(aStep("a", running)), "Everything that was waited for is true: the first steps run"},
		{makePod(aWaiter(running)), "Everything that was waited for is true: the Pod starts"},
		{makePod(aSidecar("app", unknown), isHeld), "Everything that was waited for is true: the Pod may be scheduled"},
		{makePod(aStep("a", running), aGated("nova", running), annotated(ready, "READY")), "Everything that was waited for is true: container nova runs"},
	} {
		events := eventsOf(sidecarstop.Decide(tc.pod, makeFacts(t, tc.pod, waits, endpoints("db")), now), sidecarstop.EventReady)
		require.Len(t, events, 1)
		require.Equal(t, tc.want, events[0].Message)
		require.False(t, events[0].Warning)
	}
}
