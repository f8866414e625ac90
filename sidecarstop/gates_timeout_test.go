package sidecarstop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
)

func TestAPodThatWaitsInVainEndsWithTheReason(t *testing.T) {
	const two = "- service: db\n  timeout: 10m\n- service: mq\n  timeout: 20m\n"
	for _, tc := range []struct {
		name    string
		pod     *corev1.Pod
		waits   string
		objects []metav1.Object
		age     time.Duration
		want    string
	}{
		{"in time", makePod(aStep("a", running)), two, nil, 9 * minute, ""},
		{"one of two is late", makePod(aStep("a", running)), two, nil, 10 * minute, "service db: not within 10m: no endpoints"},
		{"both are late", makePod(aStep("a", running)), two, nil, 20 * minute,
			"service db: not within 10m: " + noEndpoints + "; service mq: not within 20m: " + noEndpoints},
		{"what is late but there is not missing", makePod(aStep("a", running)), two, []metav1.Object{endpoints("db")}, 15 * minute, ""},
		{"OnFailure too", makePod(aStep("a", running), onFailure), two, nil, 10 * minute, "service db: not within 10m: no endpoints"},
		{"an init container", makePod(aWaiter(running)), two, nil, 10 * minute, "service db: not within 10m: no endpoints"},
		{"a gate that opened does not close for it", makePod(aStep("a", running), isReady), two, nil, 10 * minute, ""},
		{"Always never ends", makePod(aWaiter(running), always), two, nil, 24 * time.Hour, ""},
		{"a Job failed for good", makePod(aWaiter(running)), "- job: migrate\n  timeout: 1h\n", []metav1.Object{aJob("migrate", failed)}, 0,
			"job migrate: failed for good (BackoffLimitExceeded)"},
		{"and Always never ends", makePod(aWaiter(running), always), "- job: migrate\n", []metav1.Object{aJob("migrate", failed)}, minute, ""},
		{"sidecars have the time of the first steps", makePod(aSidecar("p", running), aStep("a", running), waitsAtMost(5*minute)), "", nil, 5 * minute,
			"sidecar p: not within 5m: not ready"},
		{"sidecars in time", makePod(aSidecar("p", running), aStep("a", running), waitsAtMost(5*minute)), "", nil, 4 * minute, ""},
		{"an entry without a time has that of its gate", makePod(aWaiter(running)), "- service: db\n", nil, time.Hour, "service db: not within 1h: no endpoints"},
		{"a Pod without a node has not started", makePod(aWaiter(unknown), unscheduled), two, nil, time.Hour, ""},
		{"being deleted", makePod(aStep("a", running), deleted), two, nil, time.Hour, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			decision := sidecarstop.Decide(tc.pod, makeFacts(t, tc.pod, tc.waits, tc.objects...), started.Add(tc.age))
			require.Contains(t, decision.Annotations[contract.AnnotationCancel], tc.want)
			require.Equal(t, tc.want == "", decision.Annotations[contract.AnnotationCancel] == "")
		})
	}
}

func TestTheClockOfAHeldPodRunsFromItsCreation(t *testing.T) {
	pod := makePod(aSidecar("app", unknown), isHeld)
	facts := makeFacts(t, pod, "- service: db\n  timeout: 10m\n")
	early := sidecarstop.Decide(pod, facts, created.Add(10*minute-time.Second))
	require.Nil(t, early.Fail)
	require.Equal(t, time.Second, early.Again)
	late := sidecarstop.Decide(pod, facts, created.Add(10*minute))
	require.NotNil(t, late.Fail)
	require.Contains(t, late.Fail.Message, "service db: not within 10m: no endpoints")
	require.False(t, late.Unhold)
}

func TestItIsAskedAgainWhenTheNextThingIsLate(t *testing.T) {
	pod := makePod(aStep("a", running), saying(corev1.ConditionFalse, "service db: "+noEndpoints+"; service mq: "+noEndpoints, started))
	facts := makeFacts(t, pod, "- service: db\n  timeout: 10m\n- service: mq\n  timeout: 20m\n")
	require.Equal(t, 9*minute, sidecarstop.Decide(pod, facts, started.Add(minute)).Again)
	always(pod)
	require.Zero(t, sidecarstop.Decide(pod, facts, started.Add(minute)).Again)
}

func TestNothingIsOpenedInAPodThatIsToEnd(t *testing.T) {
	pod := makePod(aStep("a", running), aGated("nova", running))
	facts := makeFacts(t, pod, "- job: migrate\n  for: [nova]\n- service: db\n", aJob("migrate", failed), endpoints("db"))
	decision := sidecarstop.Decide(pod, facts, now)
	require.NotEmpty(t, decision.Annotations[contract.AnnotationCancel])
	require.Empty(t, openedBy(decision))
	require.Empty(t, eventsOf(decision, sidecarstop.EventReady))
}
