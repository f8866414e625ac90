package ending_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

func TestDeadStepsAreAnnounced(t *testing.T) {
	nobody := []string(nil)
	names := func(all ...string) []string { return all }
	timeless := makePod(step("a", endedAt(time.Time{}, corev1.ContainerStateTerminated{ExitCode: 137})), step("b", running, waitsFor("a")))
	for _, tc := range []struct {
		name  string
		pod   *corev1.Pod
		facts []knowing
		want  []string
		again time.Duration
	}{
		{"a step was killed, and one waits", makePod(step("a", died(137, "Error", "")), step("b", running, waitsFor("a"))), nil, names("a"), 0},
		{"a step ran out of memory", makePod(step("a", died(137, "OOMKilled", "")), step("b", running, waitsFor("a"))), nil, names("a"), 0},
		{"a step could not be started", makePod(step("a", died(128, "StartError", "no such file")), step("b", running, waitsFor("a"))), nil, names("a"), 0},
		{"a step could not be started, elsewhere", makePod(step("a", died(127, "ContainerCannotRun", "")), step("b", running, waitsFor("a"))), nil, names("a"), 0},
		{"a step failed, and nobody here knows of its marker", makePod(step("a", died(3, "Error", "")), step("b", running, waitsFor("a"))), nil, names("a"), 0},
		{"one that waits has not started yet", makePod(step("a", ended(137)), step("b", waiting("ContainerCreating"), waitsFor("a"))), nil, names("a"), 0},
		{"nothing is known of the one that waits", makePod(step("a", ended(137)), step("b", unknown, waitsFor("a"))), nil, names("a"), 0},
		{"the one that waits waits for others too", makePod(step("a", ended(137)), step("b", running), step("c", running, waitsFor("b", "a"))), nil, names("a"), 0},
		{"two have died", makePod(step("b", ended(1)), step("a", ended(137)), step("c", running, waitsFor("a", "b"))), nil, names("b", "a"), 0},
		{"a sidecar serves it", makePod(step("a", ended(137)), wrapped("w", running)), nil, names("a"), 30 * time.Second},
		{"a sibling looks at it", makePod(step("a", ended(137)), step("b", running, hasSibling("a"))), nil, names("a"), 0},

		{"under OnFailure it is started again", makePod(onFailure, step("a", ended(137)), step("b", running, waitsFor("a"))), nil, nobody, 0},
		{"a step that ended well", makePod(step("a", ended(0)), step("b", running, waitsFor("a"))), nil, nobody, 0},
		{"a step that runs", makePod(step("a", running), step("b", running, waitsFor("a"))), nil, nobody, 0},
		{"nobody waits for it", makePod(step("a", ended(137)), step("b", running)), nil, nobody, 0},
		{"the one that waits has ended", makePod(step("a", ended(137)), step("b", ended(0), waitsFor("a"))), nil, nobody, 0},
		{"one waits for somebody else", makePod(step("a", ended(137)), step("b", running, waitsFor("x"))), nil, nobody, 0},
		{"what died is no step", makePod(step("a", running, waitsFor("i")), initial("i", ended(137))), nil, nobody, 0},
		{"four seconds are too early", makePod(step("a", endedBefore(4*time.Second, 137)), step("b", running, waitsFor("a"))), nil, nobody, time.Second},
		{"five seconds are not", makePod(step("a", endedBefore(5*time.Second, 137)), step("b", running, waitsFor("a"))), nil, names("a"), 0},
		{"one died long ago, another one now", makePod(step("a", ended(137)), step("b", endedBefore(2*time.Second, 1)), step("c", running, waitsFor("a", "b"))), nil,
			names("a"), 3 * time.Second},
		{"nobody knows when it died", timeless, nil, nobody, 5 * time.Second},
		{"nobody knows when it died, but it was seen", timeless, []knowing{seenSince(ago(3*time.Second), timeless)}, nobody, 2 * time.Second},
		{"nobody knows when it died, but that was seen long ago", timeless, []knowing{seenSince(ago(time.Minute), timeless)}, names("a"), 0},
		{"the clock of the node is ahead", makePod(step("a", endedBefore(-time.Hour, 137)), step("b", running, waitsFor("a"))), nil, nobody, 5 * time.Second},

		{"it is announced already", makePod(step("a", ended(137)), step("b", running, waitsFor("a")), annotated(contract.AnnotationDead, "a")), nil, nobody, 0},
		{"another one is announced already", makePod(step("a", ended(137)), step("b", ended(1)), step("c", running, waitsFor("a", "b")),
			annotated(contract.AnnotationDead, "b\n")), nil, names("a", "b"), 0},
		{"what was announced stays, though nobody waits any more", makePod(step("a", ended(1)), step("b", ended(1)), step("c", running, waitsFor("b")),
			annotated(contract.AnnotationDead, "a")), nil, names("a", "b"), 0},
		{"a step that runs was never announced by us", makePod(step("a", ended(137)), step("b", running, waitsFor("a")), annotated(contract.AnnotationDead, "b")), nil, names("a"), 0},
		{"what else stands there goes", makePod(step("a", ended(137)), step("b", running, waitsFor("a")), annotated(contract.AnnotationDead, "x ../y")), nil, names("a"), 0},
		{"a Pod that is cancelled, in which a sidecar should leave", makePod(step("a", ended(137)), wrapped("w", running), cancelledAt(ago(time.Second))), nil, names("a"), 30 * time.Second},
		{"a Pod that is just being cancelled", makePod(step("a", ended(137)), step("b", running, waitsFor("a")), annotatedCancel), nil, names("a"), 0},
		{"a Pod that is being killed", makePod(step("a", ended(137)), wrapped("w", running), cancelledAt(ago(time.Second)), deadlineOf(1)), nil, nobody, 0},
		{"a Pod that is being deleted", makePod(deleted, step("a", ended(137)), wrapped("w", running)), nil, nobody, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod, tc.facts...)
			require.Equal(t, tc.want, d.Dead)
			require.Equal(t, tc.again, d.Again)
		})
	}
}

func TestThatAStepDiedIsToldByPackageVoice(t *testing.T) {
	d := decide(t, makePod(step("a", died(137, "OOMKilled", "")), step("b", running, waitsFor("a"))))
	require.Equal(t, []string{"a"}, d.Dead)
	require.Empty(t, d.Events)
}
