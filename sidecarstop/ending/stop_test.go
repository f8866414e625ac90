package ending_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

func TestSidecarsAreStoppedWhenEveryStepHasEnded(t *testing.T) {
	nothing, stop := []string(nil), func(names ...string) []string { return names }
	for _, tc := range []struct {
		name  string
		pod   *corev1.Pod
		facts []knowing
		want  []string
	}{
		{"Never, the only step ended well", makePod(step("a", ended(0)), late("l", running)), nil, stop("l")},
		{"Never, the only step failed", makePod(step("a", ended(3)), late("l", running)), nil, stop("l")},
		{"Never, one of two steps runs", makePod(step("a", ended(0)), step("b", running), late("l", running)), nil, nothing},
		{"Never, one of two steps has not started", makePod(step("a", ended(0)), step("b", waiting("ContainerCreating")), late("l", running)), nil, nothing},
		{"Never, nothing is known of a step", makePod(step("a", ended(0)), step("b", unknown), late("l", running)), nil, nothing},
		{"Never, a Job does not matter", makePod(ofJob, step("a", ended(0)), late("l", running)), []knowing{withOwner(0, 7)}, stop("l")},
		{"OnFailure without a Job", makePod(onFailure, step("a", ended(0)), late("l", running)), nil, stop("l")},
		{"OnFailure, a step failed and will be restarted", makePod(onFailure, step("a", ended(3)), late("l", running)), nil, nothing},
		{"OnFailure, a step waits for its restart", makePod(onFailure, step("a", crashing(3)), late("l", running)), nil, nothing},
		{"Always, no step ever ends for good", makePod(always, step("a", ended(0)), late("l", running)), nil, nothing},
		{"a sidecar that is not ready", makePod(step("a", ended(0)), late("l", waiting("ContainerCreating"))), nil, stop("l")},
		{"nothing is known of a sidecar", makePod(step("a", ended(0)), late("l", unknown)), nil, stop("l")},
		{"a sidecar that ended well", makePod(step("a", ended(0)), late("l", ended(0))), nil, nothing},
		{"Never, a sidecar that failed", makePod(step("a", ended(0)), late("l", ended(1))), nil, nothing},
		{"OnFailure, a sidecar that failed and would be restarted", makePod(onFailure, step("a", ended(0)), late("l", ended(1))), nil, stop("l")},
		{"OnFailure, a sidecar that crashes", makePod(onFailure, step("a", ended(0)), late("l", crashing(1))), nil, stop("l")},
		{"a sidecar that is swapped already", makePod(step("a", ended(0)), late("l", running), swapped("l")), nil, nothing},
		{"one of two is swapped already", makePod(step("a", ended(0)), late("l", running), late("m", running), swapped("l")), nil, stop("m")},
		{"two sidecars, in the order of the spec", makePod(late("m", running), step("a", ended(0)), late("l", running)), nil, stop("m", "l")},
		{"a native sidecar is the kubelet's", makePod(step("a", ended(0)), native("n", running)), nil, nothing},
		{"a wrapped sidecar leaves by itself", makePod(step("a", ended(0)), wrapped("w", running)), nil, nothing},
		{"OnFailure, a wrapped sidecar leaves by itself", makePod(onFailure, step("a", ended(0)), wrapped("w", running)), nil, nothing},
		{"a wrapped sidecar with a preStop hook is the kubelet's to stop", makePod(step("a", ended(0)), hooked("h", running)), nil, stop("h")},
		{"a wrapped sidecar with a preStop hook, while a step runs", makePod(step("a", running), hooked("h", running)), nil, nothing},
		{"a wrapped sidecar with a preStop hook is swapped already", makePod(step("a", ended(0)), hooked("h", running), swapped("h")), nil, nothing},
		{"a wrapped sidecar with a preStop hook left by itself", makePod(step("a", ended(0)), hooked("h", ended(0))), nil, nothing},
		{"the late one of three kinds", makePod(step("a", ended(0)), native("n", running), wrapped("w", running), late("l", running)), nil, stop("l")},
		{"a Pod that is still Pending", makePod(pending, step("a", ended(0)), late("l", waiting("ContainerCreating"))), nil, nothing},
		{"a Pod that is being deleted", makePod(deleted, step("a", ended(0)), late("l", running)), nil, nothing},
		{"a Pod that has failed", makePod(failed, step("a", ended(1)), late("l", running)), nil, nothing},
		{"a Pod that is not managed", makePod(unmanaged, step("a", ended(0)), late("l", running)), nil, nothing},
		{"a Pod without steps", makePod(gated("app", running), late("l", running)), nil, nothing},
		{"a wrapper with unknown flags may be a step and holds up the others",
			makePod(step("a", ended(0)), step("b", running), flagsOfAnotherVersion, late("l", running)), nil, nothing},
		{"a wrapper with unknown flags has ended", makePod(step("a", ended(0)), step("b", ended(0)), flagsOfAnotherVersion, late("l", running)), nil, stop("l")},
		{"a tool stands before the wrapper of a step that runs", makePod(step("a", running), behindATool, late("l", running)), nil, nothing},
		{"a swap that was refused is not tried again", makePod(step("a", ended(0)), late("l", running)), []knowing{withRefusal("l", "policy")}, nothing},
		{"one of two was refused", makePod(step("a", ended(0)), late("l", running), late("m", running)), []knowing{withRefusal("l", "policy")}, stop("m")},
		{"no image to swap to", makePod(step("a", ended(0)), late("l", running)), []knowing{func(f *ending.Facts) { f.NopImage = "" }}, nothing},
		{"a Pod that is cancelled, and fails as soon as its sidecars have left",
			makePod(step("a", ended(121)), late("l", running), cancelledAt(ago(time.Second))), nil, stop("l")},
		{"a Pod that is cancelled and gets its deadline", makePod(step("a", ended(121)), late("l", running), cancelledAt(ago(time.Hour))), nil, nothing},
		{"a Pod that is being killed", makePod(step("a", ended(121)), late("l", running), cancelledAt(ago(time.Second)), deadlineOf(1)), nil, nothing},
		{"a Pod with a short deadline of its own", makePod(step("a", ended(0)), late("l", running), deadlineOf(1)), nil, stop("l")},
		{"a Pod that is just being cancelled", makePod(step("a", ended(0)), late("l", running), annotatedCancel), nil, nothing},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, decide(t, tc.pod, tc.facts...).Stop)
		})
	}
}

func TestASwapIsOneRestartOfTheJob(t *testing.T) {
	one := []change{onFailure, ofJob, step("a", ended(0)), late("l", running)}
	two := append([]change{late("m", running)}, one...)
	for _, tc := range []struct {
		name            string
		pod             []change
		limit, restarts int32
		stopped         []string
		named           int
	}{
		{"the default of a Job", one, 6, 0, []string{"l"}, 0},
		{"one restart is left", one, 6, 4, []string{"l"}, 0},
		{"it would be the last", one, 6, 5, nil, 1},
		{"there were too many already", one, 6, 7, nil, 1},
		{"no restart is allowed", one, 0, 0, nil, 1},
		{"one restart is allowed, which is one too many", one, 1, 0, nil, 1},
		{"two restarts are allowed", one, 2, 0, []string{"l"}, 0},
		{"two sidecars, two restarts left", two, 6, 3, []string{"m", "l"}, 0},
		{"two sidecars, one restart left", two, 6, 4, []string{"m"}, 1},
		{"two sidecars, no restart left", two, 6, 5, nil, 2},
		{"numbers that are nonsense", one, -1, 1<<31 - 1, nil, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(tc.pod...)
			require.True(t, ending.AsksOwner(podview.Of(pod)))
			d := decide(t, pod, withOwner(tc.limit, tc.restarts))
			require.Equal(t, tc.stopped, d.Stop)
			require.Len(t, said(d, ending.EventSidecarCannotBeStopped), tc.named)
		})
	}
}

// The restarts of a Pod that finishes count no more, and then a sidecar can be stopped that could not be before.
func TestWhereTheRestartsOfOtherPodsAreInTheWayTheJobIsAskedAgain(t *testing.T) {
	for _, tc := range []struct {
		name            string
		own             int32
		limit, restarts int32
		again           time.Duration
	}{
		{"others had them all", 0, 6, 5, 10 * time.Second},
		{"one is its own, and leaves room", 1, 6, 5, 10 * time.Second},
		{"its own leave no room", 5, 6, 5, 0},
		{"no restart is allowed", 0, 0, 0, 0},
		{"one restart is allowed, which is one too many", 0, 1, 7, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, makePod(onFailure, ofJob, step("a", restarted(ended(0), tc.own)), late("l", running)), withOwner(tc.limit, tc.restarts))
			require.Len(t, said(d, ending.EventSidecarCannotBeStopped), 1)
			require.Equal(t, tc.again, d.Again)
		})
	}
}

func TestNobodyIsStoppedBeforeTheJobIsKnown(t *testing.T) {
	d := decide(t, makePod(onFailure, ofJob, step("a", ended(0)), late("l", running)))
	require.Equal(t, ending.Decision{Again: 10 * time.Second}, d)
}

func TestTheJobIsAskedOnlyWhereItMatters(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want bool
	}{
		{"a late sidecar is left", makePod(onFailure, ofJob, step("a", ended(0)), late("l", running)), true},
		{"one with a preStop hook is left", makePod(onFailure, ofJob, step("a", ended(0)), hooked("h", running)), true},
		{"Never", makePod(ofJob, step("a", ended(0)), late("l", running)), false},
		{"without a Job", makePod(onFailure, step("a", ended(0)), late("l", running)), false},
		{"a step runs", makePod(onFailure, ofJob, step("a", running), late("l", running)), false},
		{"no sidecar is left", makePod(onFailure, ofJob, step("a", ended(0)), late("l", ended(0))), false},
		{"the others leave by themselves", makePod(onFailure, ofJob, step("a", ended(0)), wrapped("w", running), native("n", running)), false},
		{"a Pod that is being deleted", makePod(onFailure, ofJob, deleted, step("a", ended(0)), late("l", running)), false},
		{"a Pod that has finished", makePod(onFailure, ofJob, failed, step("a", ended(0)), late("l", running)), false},
		{"a Pod without steps", makePod(onFailure, ofJob, gated("app", ended(0)), late("l", running)), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, ending.AsksOwner(podview.Of(tc.pod)))
		})
	}
}

func TestRestartsOfAPod(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want int32
	}{
		{"none", makePod(step("a", running)), 0},
		{"of all its containers, init containers too",
			makePod(step("a", restarted(running, 2)), late("l", restarted(running, 1)), native("n", restarted(running, 4)), initial("i", restarted(ended(0), 8))), 15},
		{"a swap that the kubelet has not seen yet", makePod(step("a", ended(0)), late("l", running), swapped("l")), 1},
		{"a swap that is done", makePod(step("a", ended(0)), late("l", restarted(ended(0), 1)), swapped("l")), 1},
		{"a Pod that has finished", makePod(failed, step("a", restarted(ended(1), 5))), 0},
		{"a Pod that is being deleted", makePod(deleted, step("a", restarted(ended(1), 5))), 5},
		{"fewer than none", makePod(step("a", restarted(running, -5)), step("b", restarted(running, 3))), 3},
		{"numbers that are nonsense", makePod(step("a", restarted(running, -5)), step("b", restarted(running, 1<<31-1)), step("c", restarted(running, 1<<31-1))), 1<<31 - 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, ending.Restarts(podview.Of(tc.pod), nopImage))
		})
	}
}

func TestWhatIsSaidAboutSidecarsThatAreStopped(t *testing.T) {
	const (
		stopped  = ending.EventSidecarStopped
		willFail = ending.EventSidecarWillFail
		cannot   = ending.EventSidecarCannotBeStopped
		refused  = ending.EventSwapRefused
	)
	for _, tc := range []struct {
		name  string
		pod   *corev1.Pod
		facts []knowing
		want  []voice.Reason
	}{
		{"one is stopped", makePod(step("a", ended(0)), late("l", running)), nil, []voice.Reason{stopped}},
		{"one was stopped", makePod(step("a", ended(0)), late("l", running), swapped("l")), nil, []voice.Reason{stopped}},
		{"one was stopped and has ended", makePod(step("a", ended(0)), late("l", ended(0)), swapped("l"), wrapped("w", running)), nil, []voice.Reason{stopped}},
		{"a command that nop knows", makePod(step("a", ended(0)), late("l", running, "sh", "-c", "x")), nil, []voice.Reason{stopped}},
		{"a command that nop does not know", makePod(step("a", ended(0)), late("l", running, "/my/agent")), nil, []voice.Reason{stopped, willFail}},
		{"the same, when it was stopped", makePod(step("a", ended(0)), late("l", running, "/my/agent"), swapped("l")), nil, []voice.Reason{stopped, willFail}},
		{"nothing is known of nop", makePod(step("a", ended(0)), late("l", running, "sh")), []knowing{func(f *ending.Facts) { f.Knows = nil }},
			[]voice.Reason{stopped, willFail}},
		{"a wrapper lies on a volume", makePod(step("a", ended(0)), hooked("h", running)), nil, []voice.Reason{stopped}},
		{"so does a tool before a wrapper", makePod(step("a", ended(0)), hooked("h", running), behindATool), nil, []voice.Reason{stopped}},
		{"a swap that the API server refused", makePod(step("a", ended(0)), late("l", running)), []knowing{withRefusal("l", "denied")}, []voice.Reason{refused}},
		{"a swap that was refused, of a sidecar that has left since", makePod(step("a", ended(0)), late("l", ended(0))), []knowing{withRefusal("l", "denied")}, nil},
		{"a Job that does not afford it", makePod(onFailure, ofJob, step("a", ended(0)), late("l", running)), []knowing{withOwner(0, 0)}, []voice.Reason{cannot}},
		{"no image to swap to", makePod(step("a", ended(0)), late("l", running)), []knowing{func(f *ending.Facts) { f.NopImage = "" }}, []voice.Reason{cannot}},
		{"while a step runs nothing", makePod(step("a", running), late("l", running, "/my/agent")), []knowing{withRefusal("l", "denied")}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod, tc.facts...)
			require.Equal(t, tc.want, reasonsSaid(d))
			for _, e := range d.Events {
				require.Contains(t, e.Message, "sidecar "+tc.pod.Spec.Containers[1].Name)
				require.Equal(t, tc.pod.Spec.Containers[1].Name, e.Once)
			}
		})
	}
}

func TestEventsAboutSidecarsSayWhatToDo(t *testing.T) {
	job := []change{onFailure, ofJob, step("a", ended(0)), late("l", running, "/my/agent", "-x\n")}
	wayOut := "make it a native sidecar (an init container with restartPolicy Always)"
	require.Equal(t, []string{"sidecar l was added after admission and runs \"/my/agent -x\", which the image that stops it does not have, so it ends with an error: " +
		wayOut + ", or let the webhook that adds it sort after Orderly's"}, said(decide(t, makePod(job...), withOwner(6, 0)), ending.EventSidecarWillFail))
	require.Equal(t, []string{"nothing can stop sidecar l, which keeps the Pod running: a swap of its image is a restart, of which the Job has had 5, and its backoffLimit is 6; " +
		wayOut + ", or end the Pod with annotation orderly.dev/cancel"}, said(decide(t, makePod(job...), withOwner(6, 5)), ending.EventSidecarCannotBeStopped))
	require.Equal(t, []string{`sidecar l keeps the Pod running: its image may not be swapped: "admission webhook "images" denied the request"`},
		said(decide(t, makePod(job...), withRefusal("l", "admission webhook \"images\"\ndenied the request")), ending.EventSwapRefused))
}
