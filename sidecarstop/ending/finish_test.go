package ending_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/ending"
)

func TestACancelledPodGetsADeadline(t *testing.T) {
	const atOnce = time.Duration(0)
	// The steps ended 10 s ago, so the sidecar is named before the Pod gets its deadline.
	const survival = 30 * time.Second
	justNow, long := cancelledAt(ago(time.Second)), cancelledAt(ago(36*time.Second))
	newRun := func(s status) status { return restarted(s, 1) }
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		// wait is how long to wait for it; 0 is a deadline at once.
		wait time.Duration
	}{
		{"Never, a step runs", makePod(step("a", running), justNow), 34 * time.Second},
		{"Never, a step runs and its grace is over", makePod(step("a", running), long), atOnce},
		{"Never, a step has ended and another one runs", makePod(step("a", ended(121)), step("b", running), justNow), 34 * time.Second},
		{"Never, all have ended and a wrapped sidecar leaves", makePod(step("a", ended(121)), wrapped("w", running), justNow), survival},
		{"Never, all have ended and the wrapped sidecar does not leave", makePod(step("a", ended(121)), wrapped("w", running), long), atOnce},
		{"Never, all have ended and the kubelet stops a native sidecar", makePod(step("a", ended(121)), native("n", running), justNow), survival},
		{"Never, all have ended and a late sidecar is stopped", makePod(step("a", ended(121)), late("l", running), justNow), 34 * time.Second},
		{"Never, all had ended well", makePod(step("a", ended(0)), wrapped("w", running), justNow), atOnce},
		{"Never, all had ended well but a native sidecar, which counts for nothing",
			makePod(step("a", ended(0)), native("n", ended(1)), wrapped("w", running), justNow), atOnce},
		{"Never, a sidecar has not started", makePod(step("a", ended(121)), wrapped("w", waiting("ContainerCreating")), justNow), atOnce},
		{"Never, the image of a step never came", makePod(pending, step("a", waiting("ImagePullBackOff")), justNow), atOnce},
		{"Never, one step has ended and the image of another never came", makePod(pending, step("a", ended(121)), step("b", waiting("ImagePullBackOff")), justNow), atOnce},
		{"Never, one step runs and the image of another never came", makePod(pending, step("a", running), step("b", waiting("ImagePullBackOff")), justNow), 34 * time.Second},
		{"Never, an init container is stuck", makePod(pending, step("a", waiting("PodInitializing")), initial("i", running), justNow), atOnce},
		{"Never, the cloner runs", makePod(pending, step("a", waiting("PodInitializing")), cloner(running), justNow), atOnce},
		{"Never, the cloner runs in a Pod without steps", makePod(pending, late("app", waiting("PodInitializing")), cloner(running), justNow), atOnce},
		{"Never, the cloner has not been started", makePod(pending, step("a", waiting("PodInitializing")), cloner(waiting("PodInitializing")), justNow), atOnce},
		{"Never, nothing is known of the steps", makePod(pending, step("a", unknown), justNow), atOnce},
		{"Never, the init container that waits ends", makePod(pending, late("app", waiting("PodInitializing")), waiter(running), justNow), 34 * time.Second},
		{"Never, the init container that waits does not end", makePod(pending, late("app", waiting("PodInitializing")), waiter(running), long), atOnce},
		{"Never, a container with a gate ends", makePod(gated("app", running), late("other", running), justNow), 34 * time.Second},
		{"Never, without steps, what is left knows nothing of a cancel", makePod(gated("app", ended(121)), late("other", running), justNow), atOnce},
		{"Never, a step that does not know of cancels has its grace", makePod(step("a", running, heedsNoCancel), justNow), 34 * time.Second},
		{"Never, so has what may be a step of another version", makePod(step("a", running), flagsOfAnotherVersion, justNow), 34 * time.Second},

		{"OnFailure, a step runs", makePod(onFailure, step("a", running), justNow), 2 * time.Second},
		{"OnFailure, a step has ended", makePod(onFailure, step("a", ended(121)), justNow), atOnce},
		{"OnFailure, a step waits for its next try", makePod(onFailure, step("a", crashing(121)), justNow), atOnce},
		{"OnFailure, a step was started again", makePod(onFailure, step("a", newRun(after(running, 121, now))), justNow), atOnce},
		{"OnFailure, a step was started again before the cancel", makePod(onFailure, step("a", newRun(after(running, 1, ago(time.Hour)))), justNow), 2 * time.Second},
		{"OnFailure, one of two steps runs", makePod(onFailure, step("a", crashing(121)), step("b", running), justNow), 2 * time.Second},
		{"OnFailure, the image of a step never came", makePod(onFailure, pending, step("a", waiting("ImagePullBackOff")), justNow), atOnce},
		{"OnFailure, an init container crashes", makePod(onFailure, pending, step("a", waiting("PodInitializing")), initial("i", crashing(1)), justNow), atOnce},
		{"OnFailure, the cloner runs", makePod(onFailure, pending, step("a", waiting("PodInitializing")), cloner(after(running, 1, ago(time.Minute))), justNow), atOnce},
		{"OnFailure, the cloner waits for its next try", makePod(onFailure, pending, step("a", waiting("PodInitializing")), cloner(crashing(1)), justNow), atOnce},
		{"OnFailure, the cloner ends without success", makePod(onFailure, pending, step("a", waiting("PodInitializing")), cloner(ended(143)), justNow), atOnce},
		{"OnFailure, every step has ended well", makePod(onFailure, step("a", ended(0)), wrapped("w", running), justNow), atOnce},

		{"the grace of the Pod counts", makePod(step("a", running), graceOf(60), justNow), 64 * time.Second},
		{"no grace at all", makePod(step("a", running), graceOf(0), justNow), 4 * time.Second},
		{"a grace that is nonsense", makePod(step("a", running), graceOf(-10), justNow), 4 * time.Second},
		{"a grace without end", makePod(step("a", running), graceOf(math.MaxInt64), justNow), math.MaxInt32*time.Second + 4*time.Second},
		{"a clock that is a little ahead of ours", makePod(step("a", running), cancelledAt(now.Add(5*time.Second))), 40 * time.Second},
		{"a clock that is far ahead of ours", makePod(step("a", running), cancelledAt(now.Add(time.Hour))), atOnce},
		{"nobody knows when it was", makePod(step("a", running), cancelledAt(time.Time{})), atOnce},
		{"a deadline of its own that is further away", makePod(step("a", running), deadlineOf(3600), long), atOnce},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod)
			require.Equal(t, tc.wait == atOnce, d.Deadline)
			require.Equal(t, tc.wait, d.Again)
			require.Nil(t, d.Fail)
			require.Empty(t, d.Conditions)
		})
	}
}

func TestNobodyWaitsForASidecarThatNothingStops(t *testing.T) {
	pod := makePod(step("a", ended(121)), late("l", running), cancelledAt(ago(time.Second)))
	require.False(t, decide(t, pod).Deadline)
	require.True(t, decide(t, pod, withRefusal("l", "denied")).Deadline)
	require.True(t, decide(t, pod, func(f *ending.Facts) { f.NopImage = "" }).Deadline)
}

func TestADeadlineIsOnlyLowered(t *testing.T) {
	for _, seconds := range []int64{0, 1} {
		d := decide(t, makePod(step("a", running), deadlineOf(seconds), cancelledAt(ago(time.Hour))))
		require.Equal(t, ending.Decision{Events: d.Events}, d)
	}
}

func TestNoDeadlineBeforeTheCancelIsWritten(t *testing.T) {
	d := decide(t, makePod(pending, step("a", waiting("InvalidImageName"))))
	require.NotEmpty(t, d.Conditions)
	require.False(t, d.Deadline)
}

func TestAPodWithoutANodeFailsAtOnce(t *testing.T) {
	gate := withGateFailure("service db is missing")
	for _, tc := range []struct {
		name  string
		pod   *corev1.Pod
		facts []knowing
		want  *ending.Failure
		first bool
	}{
		{"a Pod in the queue", makePod(held, late("app", unknown)), []knowing{gate}, &ending.Failure{Reason: "GateTimeout", Message: "service db is missing"}, true},
		{"a Pod in the queue, OnFailure", makePod(held, onFailure, late("app", unknown)), []knowing{gate}, &ending.Failure{Reason: "GateTimeout", Message: "service db is missing"}, true},
		{"a Pod in the queue, Always", makePod(held, always, late("app", unknown)), []knowing{gate}, nil, false},
		{"a Pod that nobody schedules", makePod(unscheduled, step("a", unknown)), []knowing{gate}, &ending.Failure{Reason: "GateTimeout", Message: "service db is missing"}, true},
		{"a user's cancel", makePod(unscheduled, step("a", unknown), annotated(contract.AnnotationCancel, "wrong branch")), nil,
			&ending.Failure{Reason: "UserCancel", Message: "wrong branch"}, true},
		{"a user's cancel in the queue", makePod(held, late("app", unknown), annotated(contract.AnnotationCancel, "wrong branch")), nil,
			&ending.Failure{Reason: "UserCancel", Message: "wrong branch"}, true},
		{"a cancel that was written without it", makePod(unscheduled, step("a", unknown), cancelledAt(ago(time.Second))), nil,
			&ending.Failure{Reason: "GateTimeout", Message: "service db is missing"}, false},
		{"a Pod with a node", makePod(step("a", running)), []knowing{gate}, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod, tc.facts...)
			require.Equal(t, tc.want, d.Fail)
			require.Equal(t, tc.first, len(d.Conditions) > 0)
			require.False(t, d.Deadline)
		})
	}
}
