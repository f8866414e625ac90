package ending_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/podview"
)

func endedBefore(d time.Duration, code int32) status {
	return endedAt(ago(d), corev1.ContainerStateTerminated{ExitCode: code})
}

func TestSidecarsThatSurviveAreNamed(t *testing.T) {
	const named = time.Duration(0)
	leaving := makePod(step("a", endedBefore(time.Hour, 0)), late("l", running), swapped("l"))
	notYet := makePod(step("a", endedBefore(time.Hour, 0)), late("l", running))
	timeless := makePod(step("a", endedAt(time.Time{}, corev1.ContainerStateTerminated{})), wrapped("w", running))
	for _, tc := range []struct {
		name  string
		pod   *corev1.Pod
		facts []knowing
		// wait is how long until it is named; 0 is now, negative never.
		wait time.Duration
	}{
		{"a wrapped one, at once", makePod(step("a", endedBefore(0, 0)), wrapped("w", running)), nil, 40 * time.Second},
		{"a wrapped one, a moment before", makePod(step("a", endedBefore(39*time.Second, 0)), wrapped("w", running)), nil, time.Second},
		{"a wrapped one", makePod(step("a", endedBefore(40*time.Second, 0)), wrapped("w", running)), nil, named},
		{"a wrapped one under OnFailure", makePod(onFailure, step("a", endedBefore(40*time.Second, 0)), wrapped("w", running)), nil, named},
		{"the last step counts", makePod(step("a", endedBefore(time.Hour, 0)), step("b", endedBefore(10*time.Second, 0)), wrapped("w", running)), nil, 30 * time.Second},
		{"the grace of the Pod counts", makePod(step("a", endedBefore(0, 0)), graceOf(5), wrapped("w", running)), nil, 15 * time.Second},
		{"a longer grace of its own counts", makePod(step("a", endedBefore(0, 0)), graceOf(5), wrapped("w", running, hasGrace(time.Minute))), nil, 70 * time.Second},
		{"one that has left", makePod(step("a", endedBefore(time.Hour, 0)), wrapped("w", ended(0))), nil, -1},
		{"while a step runs", makePod(step("a", running), wrapped("w", running)), nil, -1},
		{"the clock of the node is ahead", makePod(step("a", endedBefore(-time.Hour, 0)), wrapped("w", running)), nil, 40 * time.Second},
		{"the clock of the node is ahead, and it was seen before", makePod(step("a", endedBefore(-time.Hour, 0)), wrapped("w", running)),
			[]knowing{seenSince(ago(30*time.Second), makePod(step("a", ended(0))))}, 10 * time.Second},
		{"nobody knows when the step ended", timeless, []knowing{seenSince(ago(time.Minute), timeless)}, named},

		{"a native one", makePod(step("a", endedBefore(40*time.Second, 0)), native("n", running)), nil, named},
		{"a native one beside a sidecar that runs", makePod(step("a", endedBefore(time.Hour, 0)), native("n", running), late("l", running)),
			[]knowing{withRefusal("l", "denied")}, -1},
		{"a native one after the last sidecar", makePod(step("a", endedBefore(time.Hour, 0)), native("n", running), wrapped("w", endedBefore(10*time.Second, 0))), nil,
			30 * time.Second},
		{"a native one that has left", makePod(step("a", endedBefore(time.Hour, 0)), native("n", ended(0))), nil, -1},
		{"a native one that waits for its next start", makePod(step("a", endedBefore(time.Hour, 0)), native("n", crashing(1))), nil, -1},

		{"a swapped one, which was not seen before", leaving, nil, 40 * time.Second},
		{"a swapped one, for a while", leaving, []knowing{seenSince(ago(30*time.Second), leaving)}, 10 * time.Second},
		{"a swapped one", leaving, []knowing{seenSince(ago(40*time.Second), leaving)}, named},
		{"a swapped one that was seen before the swap", leaving, []knowing{knownFrom(ago(time.Hour), notYet, leaving)}, 40 * time.Second},
		{"a swapped one that does not start any more", makePod(onFailure, step("a", endedBefore(time.Hour, 0)), late("l", crashing(128)), swapped("l")),
			[]knowing{seenSince(ago(time.Minute), makePod(onFailure, step("a", ended(0)), late("l", crashing(128)), swapped("l")))}, named},
		{"a swapped one that has ended", makePod(step("a", endedBefore(time.Hour, 0)), late("l", ended(0)), swapped("l")), nil, -1},
		{"one that nothing stops has an Event already", notYet, []knowing{withRefusal("l", "denied"), seenSince(ago(time.Hour), notYet)}, -1},

		{"a Pod that is still Pending", makePod(pending, step("a", endedBefore(time.Hour, 0)), wrapped("w", running)), nil, -1},
		{"a Pod that is being killed", makePod(step("a", endedBefore(time.Hour, 1)), wrapped("w", running), cancelledAt(ago(time.Hour)), deadlineOf(1)), nil, -1},
		{"a Pod without steps", makePod(gated("app", ended(0)), wrapped("w", running)), nil, -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod, tc.facts...)
			require.Equal(t, tc.wait == named, len(said(d, ending.EventSidecarSurvives)) > 0)
			require.Equal(t, max(tc.wait, 0), d.Again)
		})
	}
}

// knownFrom is what a companion knows that saw one Pod at that time, and sees another one now.
func knownFrom(at time.Time, before, pod *corev1.Pod) knowing {
	return func(f *ending.Facts) {
		seenSince(at, before)(f)
		f.Troubles = f.Troubles.After(podview.Of(pod), now)
	}
}

func TestASurvivorIsNamedWithTheWayOut(t *testing.T) {
	d := decide(t, makePod(step("a", endedBefore(time.Hour, 0)), wrapped("w", running)))
	require.Equal(t, []string{"sidecar w keeps the Pod running: it should have left within its grace of 30s after the last step; " +
		"see its logs, or end the Pod with annotation orderly.dev/cancel"}, said(d, ending.EventSidecarSurvives))
}
