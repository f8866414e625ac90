package ending_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/podview"
)

func TestGracedReasonsAreListed(t *testing.T) {
	want := []string{"ImagePullBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "SignatureValidationFailed", "CrashLoopBackOff"}
	require.Equal(t, want, ending.GracedReasons())
	ending.GracedReasons()[0] = "changed"
	require.Equal(t, want, ending.GracedReasons())
}

// What a container waits for, seen for three minutes: longer than anybody's patience that is not configured.
func TestWhatContainersWaitForCancelsThePod(t *testing.T) {
	const patient = "" // not cancelled
	subPath := "failed to create subPath directory for volumeMount \"x\""
	deadline := "rpc error: context deadline exceeded"
	for _, tc := range []struct {
		name string
		pod  []change
		want string
	}{
		{"a step with an image name that is none", []change{step("a", waiting("InvalidImageName"))}, "InvalidImageName"},
		{"a step whose image may not be pulled", []change{step("a", waiting("ErrImageNeverPull"))}, "ErrImageNeverPull"},
		{"a step whose image never comes", []change{step("a", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"a step whose Secret is not there", []change{step("a", waiting("CreateContainerConfigError"))}, "CreateContainerConfigError"},
		{"a step that cannot be created", []change{step("a", waiting("CreateContainerError"))}, "CreateContainerError"},
		{"a step that cannot be run", []change{step("a", waiting("RunContainerError"))}, "RunContainerError"},
		{"a step whose image is not signed", []change{step("a", waiting("SignatureValidationFailed"))}, "SignatureValidationFailed"},
		{"under OnFailure the same", []change{onFailure, step("a", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"under Always never", []change{always, gated("a", waiting("ImagePullBackOff"))}, patient},
		{"under Always not even a name that is none", []change{always, gated("a", waiting("InvalidImageName"))}, patient},

		{"a step whose image is not even asked for", []change{step("a", waiting("illegal base64 data at input byte 3", "illegal base64 data at input byte 3"))}, "ImagePullBackOff"},

		{"an ordinary init container", []change{step("a", unknown), initial("i", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"the init container that waits", []change{late("app", unknown), waiter(waiting("ErrImageNeverPull"))}, "ErrImageNeverPull"},
		{"a native sidecar", []change{step("a", unknown), native("n", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"a wrapped sidecar", []change{step("a", running), wrapped("w", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"a late sidecar", []change{step("a", running), late("l", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"a container of a Pod that was held in the queue", []change{released, late("app", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"a container of a Pod without steps", []change{gated("app", running), late("l", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"a late sidecar that was not there when all steps had ended", []change{pending, step("a", ended(0)), late("l", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"the second of two, after one that just starts", []change{step("a", waiting("ContainerCreating")), step("b", waiting("ImagePullBackOff"))}, "ImagePullBackOff"},

		{"a pull that has just failed", []change{step("a", waiting("ErrImagePull"))}, patient},
		{"an image that cannot be looked at", []change{step("a", waiting("ImageInspectError"))}, patient},
		{"a registry that does not answer", []change{step("a", waiting("RegistryUnavailable"))}, patient},
		{"no sandbox", []change{step("a", waiting("CreatePodSandboxError"))}, patient},
		{"no configuration of a sandbox", []change{step("a", waiting("ConfigPodSandboxError"))}, patient},
		{"a container that is being created", []change{step("a", waiting("ContainerCreating"))}, patient},
		{"a Pod that is initializing", []change{step("a", waiting("PodInitializing"))}, patient},
		{"a reason that nobody knows yet", []change{step("a", waiting("FromTheFuture"))}, patient},
		{"no reason", []change{step("a", waiting(""))}, patient},
		{"nothing is known", []change{step("a", unknown)}, patient},
		{"a step that runs", []change{step("a", running)}, patient},

		{"a subPath directory that cannot be made yet", []change{step("a", waiting("CreateContainerConfigError", subPath))}, patient},
		{"the same, of a container that cannot be created", []change{step("a", waiting("CreateContainerError", subPath))}, patient},
		{"a runtime that is busy", []change{step("a", waiting("CreateContainerError", deadline))}, patient},
		{"the same, of its configuration", []change{step("a", waiting("CreateContainerConfigError", deadline))}, patient},
		{"a registry that is slow is not tolerated", []change{step("a", waiting("ImagePullBackOff", deadline))}, "ImagePullBackOff"},

		{"an init container that crashes", []change{onFailure, step("a", unknown), initial("i", crashing(1))}, "CrashLoopBackOff"},
		{"an init container that crashes in a Pod without steps", []change{onFailure, gated("app", unknown), initial("i", crashing(1))}, "CrashLoopBackOff"},
		{"the init container that waits, in vain", []change{onFailure, late("app", unknown), waiter(crashing(124))}, "CrashLoopBackOff"},
		{"the cloner that crashes", []change{onFailure, step("a", unknown), cloner(crashing(1))}, "CrashLoopBackOff"},
		{"the cloner between two crashes", []change{onFailure, step("a", unknown), cloner(restarted(ended(1), 1))}, "CrashLoopBackOff"},
		{"the cloner that crashes in a Pod without steps", []change{onFailure, pending, late("app", unknown), cloner(crashing(1))}, "CrashLoopBackOff"},
		{"the cloner that crashes in a Pod that never ends", []change{always, pending, late("app", unknown), cloner(crashing(1))}, patient},
		{"the cloner whose image never comes, without steps", []change{pending, late("app", unknown), cloner(waiting("ImagePullBackOff"))}, "ImagePullBackOff"},
		{"the cloner that is waiting for its volumes", []change{pending, late("app", unknown), cloner(waiting("PodInitializing"))}, patient},
		{"a native sidecar that crashes", []change{step("a", unknown), native("n", crashing(1))}, "CrashLoopBackOff"},
		{"an init container between two crashes", []change{onFailure, step("a", unknown), initial("i", restarted(ended(1), 1))}, "CrashLoopBackOff"},
		{"a native sidecar between two crashes", []change{step("a", unknown), native("n", restarted(ended(1), 1))}, "CrashLoopBackOff"},
		{"a late sidecar between two crashes", []change{onFailure, step("a", running), late("l", restarted(ended(1), 2))}, "CrashLoopBackOff"},
		{"an init container that has crashed once", []change{onFailure, step("a", unknown), initial("i", ended(1))}, patient},
		{"a native sidecar that ended well twice", []change{step("a", running), native("n", restarted(ended(0), 1))}, patient},
		{"a step between two crashes", []change{onFailure, step("a", restarted(ended(1), 1))}, patient},
		{"an init container that is not started again", []change{step("a", unknown), initial("i", restarted(ended(1), 1))}, patient},
		{"a wrapped sidecar that crashes", []change{onFailure, step("a", running), wrapped("w", crashing(1))}, "CrashLoopBackOff"},
		{"a late sidecar that crashes", []change{onFailure, step("a", running), late("l", crashing(1))}, "CrashLoopBackOff"},
		{"a native sidecar that ends well again and again", []change{step("a", running), native("n", crashing(0))}, patient},
		{"a sidecar of which nobody knows how it ended", []change{step("a", running), native("n", waiting("CrashLoopBackOff"))}, patient},
		{"a step that crashes is the backoffLimit's", []change{onFailure, step("a", crashing(1))}, patient},
		{"what may be a step of another version", []change{onFailure, step("a", running), step("b", crashing(1)), flagsOfAnotherVersion}, patient},
		{"a sidecar that crashes when all steps have ended", []change{onFailure, step("a", ended(0)), late("l", crashing(1))}, patient},
		{"an application that crashes, without steps", []change{onFailure, gated("app", crashing(1))}, patient},
		{"an application that crashes while another one starts, without steps", []change{onFailure, pending, gated("app", crashing(1)), gated("other", unknown)}, patient},
		{"a native sidecar that crashes before an application without steps", []change{pending, gated("app", unknown), native("n", crashing(1))}, "CrashLoopBackOff"},
		{"a native sidecar that crashes beside an application without steps", []change{gated("app", running), native("n", crashing(1))}, patient},
		{"a sidecar whose image was swapped for one that never comes",
			[]change{onFailure, step("a", ended(0)), late("l", after(waiting("ImagePullBackOff"), 143, ago(time.Minute))), swapped("l")}, patient},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(tc.pod...)
			d := decide(t, pod, seenSince(ago(3*time.Minute), pod))
			if tc.want == patient {
				require.Empty(t, d.Conditions)
				require.Empty(t, d.Cancel)
				return
			}
			require.Len(t, d.Conditions, 1)
			require.Equal(t, tc.want, d.Conditions[0].Reason)
			require.True(t, strings.HasPrefix(d.Cancel, tc.want+": container "), d.Cancel)
		})
	}
}

func TestPatienceIsMeasured(t *testing.T) {
	pulling := makePod(step("a", waiting("ImagePullBackOff")))
	for _, tc := range []struct {
		name       string
		facts      []knowing
		cancelled  bool
		againAfter time.Duration
	}{
		{"not seen before", nil, false, 2 * time.Minute},
		{"seen just now", []knowing{seenSince(now, pulling)}, false, 2 * time.Minute},
		{"half of the time is over", []knowing{seenSince(ago(time.Minute), pulling)}, false, time.Minute},
		{"a moment is left", []knowing{seenSince(ago(2*time.Minute-time.Millisecond), pulling)}, false, time.Millisecond},
		{"the time is over", []knowing{seenSince(ago(2*time.Minute), pulling)}, true, 0},
		{"the clock was set back", []knowing{seenSince(now.Add(time.Hour), pulling)}, false, 2 * time.Minute},
		{"more patience is configured", []knowing{seenSince(ago(3*time.Minute), pulling), withPatience("ImagePullBackOff", time.Hour)}, false, 57 * time.Minute},
		{"less patience is configured", []knowing{seenSince(ago(5*time.Second), pulling), withPatience("ImagePullBackOff", 5*time.Second)}, true, 0},
		{"no patience is configured", []knowing{withPatience("ImagePullBackOff", 0)}, true, 0},
		{"nonsense is configured", []knowing{withPatience("ImagePullBackOff", -time.Hour)}, true, 0},
		{"patience is configured for something else", []knowing{seenSince(ago(time.Minute), pulling), withPatience("CrashLoopBackOff", 0)}, false, time.Minute},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, pulling, tc.facts...)
			require.Equal(t, tc.cancelled, d.Cancel != "")
			require.NotContains(t, d.Cancel, "for -", "a time that is over is not negative")
			require.Equal(t, tc.againAfter, d.Again)
		})
	}
}

func TestTheNextClockOfSeveralCounts(t *testing.T) {
	pod := makePod(step("a", waiting("ImagePullBackOff")), step("b", waiting("RunContainerError")))
	require.Equal(t, 10*time.Second, decide(t, pod, withPatience("RunContainerError", 10*time.Second)).Again)
	require.Equal(t, 2*time.Minute, decide(t, pod, withPatience("RunContainerError", time.Hour)).Again)
}

func TestWhatCannotPassNeedsNoClock(t *testing.T) {
	d := decide(t, makePod(step("a", waiting("InvalidImageName", "couldn't parse image name \"x y\""))))
	require.Equal(t, `InvalidImageName: container a cannot start: InvalidImageName: "couldn't parse image name "x y""`, d.Cancel)
}

func TestTheKubeletIsQuoted(t *testing.T) {
	for _, tc := range []struct{ name, message, want string }{
		{"a message", `Back-off pulling image "x"`, `container a cannot start, for 2m0s now: ImagePullBackOff: "Back-off pulling image "x""`},
		{"no message", "", "container a cannot start, for 2m0s now: ImagePullBackOff"},
		{"several lines, and a colour", "one\n\x1b[31mtwo\t", `container a cannot start, for 2m0s now: ImagePullBackOff: "one  [31mtwo"`},
		{"writing that turns", "a\u202eb", `container a cannot start, for 2m0s now: ImagePullBackOff: "a b"`},
		{"a message without end", strings.Repeat("ä", 5000), `container a cannot start, for 2m0s now: ImagePullBackOff: "` + strings.Repeat("ä", 148) + `…"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(step("a", waiting("ImagePullBackOff", tc.message)))
			d := decide(t, pod, seenSince(ago(time.Hour), pod))
			require.Len(t, d.Conditions, 1)
			require.Equal(t, tc.want, d.Conditions[0].Message)
		})
	}
}

// moment is what a container shows, and for how long.
type moment struct {
	shows status
	lasts time.Duration
}

func TestClocksOutliveWhatTheKubeletShowsBetween(t *testing.T) {
	pull, backOff := waiting("ErrImagePull"), waiting("ImagePullBackOff")
	crash := func(end time.Duration) status { return after(waiting("CrashLoopBackOff"), 1, now.Add(end)) }
	long := func(end time.Duration) status {
		s := crash(end)
		s.LastTerminationState.Terminated.StartedAt.Time = now.Add(end - 5*time.Minute)
		return s
	}
	well := func(end time.Duration) status { return after(waiting("CrashLoopBackOff"), 0, now.Add(end)) }
	isRunning, minute, second := runningFor(0), time.Minute, time.Second
	for _, tc := range []struct {
		name    string
		moments []moment
		// want is whether the Pod is cancelled in the last moment.
		want bool
	}{
		{"an image that never comes", []moment{{backOff, minute}, {pull, second}, {backOff, minute}, {pull, second}, {backOff, 0}}, true},
		{"the pull that fails at the end of the time is waited for", []moment{{backOff, 3 * minute}, {pull, 0}}, false},
		{"a pull that fails starts no clock", []moment{{pull, 3 * minute}, {backOff, 0}}, false},
		{"a kubelet that was started anew", []moment{{backOff, minute}, {waiting("ContainerCreating"), minute}, {backOff, 0}}, true},
		{"nothing is known for a while", []moment{{backOff, minute}, {unknown, minute}, {backOff, 0}}, true},
		{"the image came, and comes no more", []moment{{backOff, minute}, {isRunning, minute}, {backOff, minute}, {backOff, 0}}, false},
		{"two failures in turn, each with its clock",
			[]moment{{waiting("RunContainerError"), minute}, {crash(0), minute}, {waiting("RunContainerError"), 0}}, true},
		{"a tolerated message between", []moment{{waiting("CreateContainerError"), minute},
			{waiting("CreateContainerError", "context deadline exceeded"), minute}, {waiting("CreateContainerError"), 0}}, true},
		{"it crashes and runs for a moment",
			[]moment{{crash(0), minute}, {isRunning, second}, {ended(1), second}, {crash(62 * second), minute}, {crash(62 * second), 0}}, true},
		{"it is seen only when it has crashed", []moment{{restarted(ended(1), 1), time.Minute}, {isRunning, time.Millisecond}, {restarted(ended(1), 2), time.Minute},
			{restarted(ended(1), 2), 0}}, true},
		{"it is seen when it has crashed, and ran for long", []moment{{lasted(restarted(ended(1), 1), time.Second), time.Minute},
			{lasted(restarted(endedBefore(-time.Minute, 1), 2), 3*time.Minute), time.Minute}, {lasted(restarted(endedBefore(-time.Minute, 1), 2), 3*time.Minute), 0}}, false},
		{"it ran for long at last", []moment{{crash(0), minute}, {runningFor(2 * minute), minute}, {crash(2 * minute), second}, {crash(2 * minute), 0}}, false},
		{"it ran for long and nobody saw it", []moment{{crash(0), minute}, {long(6 * minute), minute}, {long(6 * minute), 0}}, false},
		{"it ran for long once, and then crashed for long", []moment{{crash(0), minute}, {long(6 * minute), minute}, {long(6 * minute), minute}, {long(6 * minute), 0}}, true},
		{"it ended well between", []moment{{crash(0), minute}, {ended(0), second}, {crash(62 * second), minute}, {crash(62 * second), 0}}, false},
		{"it ended well and nobody saw it", []moment{{crash(0), minute}, {well(minute), second}, {crash(63 * second), minute}, {crash(63 * second), 0}}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var troubles ending.Troubles
			var d ending.Decision
			at := now
			for _, m := range tc.moments {
				v := podview.Of(makePod(step("a", running), native("n", m.shows)))
				troubles = troubles.After(v, at)
				d = ending.Decide(v, facts(func(f *ending.Facts) { f.Now, f.Troubles = at, troubles }))
				at = at.Add(m.lasts)
			}
			require.Equal(t, tc.want, d.Cancel != "", "%+v", d)
		})
	}
}

func TestTroublesRememberOnlyWhatIsWrong(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want int
	}{
		{"a Pod that runs", makePod(step("a", running), wrapped("w", running), initial("i", ended(0))), 0},
		{"a Pod that starts", makePod(pending, step("a", waiting("ContainerCreating"))), 0},
		{"two containers in trouble", makePod(step("a", waiting("ImagePullBackOff")), step("b", running), step("c", waiting("RunContainerError"))), 2},
		{"a step that is started again", makePod(onFailure, step("a", ended(1))), 0},
		{"a step that is not", makePod(step("a", ended(1)), step("b", running)), 1},
		{"all steps have ended, and a sidecar is left", makePod(step("a", ended(0)), late("l", running), late("m", ended(0))), 2},
		{"a Pod that is not ours", makePod(late("a", waiting("ImagePullBackOff"))), 0},
		{"a Pod that is not managed", makePod(unmanaged, step("a", waiting("ImagePullBackOff"))), 0},
		{"a Pod that has failed", makePod(failed, step("a", waiting("ImagePullBackOff"))), 0},
		{"a Pod that is being deleted", makePod(deleted, step("a", waiting("ImagePullBackOff"))), 0},
		{"a Pod that never ends", makePod(always, gated("a", waiting("ImagePullBackOff"))), 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			troubles := ending.Troubles{"gone": {}}.After(podview.Of(tc.pod), now)
			require.Len(t, troubles, tc.want)
			if tc.want == 0 {
				require.Nil(t, troubles)
			}
		})
	}
}

func TestAClockThatLiesAheadIsSet(t *testing.T) {
	pod := makePod(step("a", waiting("ImagePullBackOff")))
	v := podview.Of(pod)
	troubles := ending.Troubles{}.After(v, now.Add(time.Hour)).After(v, now)
	d := ending.Decide(v, facts(func(f *ending.Facts) { f.Troubles, f.Now = troubles, now.Add(2*time.Minute) }))
	require.Equal(t, "ImagePullBackOff: container a cannot start, for 2m0s now: ImagePullBackOff", d.Cancel)
}

func TestTroublesAreNotChangedByWhatComesAfter(t *testing.T) {
	first := ending.Troubles{}.After(podview.Of(makePod(step("a", waiting("ImagePullBackOff")))), now)
	same := ending.Troubles{}.After(podview.Of(makePod(step("a", waiting("ImagePullBackOff")))), now)
	require.Nil(t, first.After(podview.Of(makePod(step("a", running))), now))
	require.Equal(t, same, first)
}
