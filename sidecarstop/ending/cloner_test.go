package ending_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/voice"
)

func TestTheClonerIsQuoted(t *testing.T) {
	const word = "app (https://git.example.com/team/app.git): authentication was refused: look at Secret git\ndocs (git@x:docs.git): \x1b[2Jno\n"
	const clean = "app (https://git.example.com/team/app.git): authentication was refused: look at Secret git; docs (git@x:docs.git):  [2Jno"
	long := "app: git said " + strings.Repeat("remote: no ", 300) + ": look at Secret git"
	for _, tc := range []struct {
		name string
		ends status
		want string
	}{
		{"while it waits for its next try", says(crashing(1), word), "container orderly-clone cannot start, for 2m0s now: CrashLoopBackOff: " + clean},
		{"between two tries", says(restarted(ended(1), 1), word), "container orderly-clone cannot start, for 2m0s now: CrashLoopBackOff: " + clean},
		{"it was killed, and left its log", says(crashing(137), word), `container orderly-clone cannot start, for 2m0s now: CrashLoopBackOff: "back-off 20s"`},
		{"it says nothing", crashing(1), `container orderly-clone cannot start, for 2m0s now: CrashLoopBackOff: "back-off 20s"`},
		{"its image does not come any more", says(after(waiting("ImagePullBackOff", "not found"), 1, ago(time.Second)), word),
			`container orderly-clone cannot start, for 2m0s now: ImagePullBackOff: "not found"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(onFailure, pending, step("a", unknown), cloner(tc.ends))
			d := decide(t, pod, seenSince(ago(time.Hour), pod))
			require.Len(t, d.Conditions, 1)
			require.Equal(t, tc.want, d.Conditions[0].Message)
		})
	}
	pod := makePod(onFailure, pending, step("a", unknown), cloner(says(crashing(1), long)))
	d := decide(t, pod, seenSince(ago(time.Hour), pod))
	require.True(t, strings.HasSuffix(d.Cancel, ": look at Secret git"), d.Cancel)
	pod = makePod(onFailure, pending, step("a", unknown), initial("setup", says(crashing(1), word)))
	require.NotContains(t, decide(t, pod, seenSince(ago(time.Hour), pod)).Cancel, "app", "what an init container of the user's prints is repeated nowhere")
}

// The kubelet starts steps when the cloner has ended, which does not look at the cancel: until it has, the deadline alone ends the Pod.
func TestAPodIsCancelledWhileItsRepositoriesAreCloned(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want bool
	}{
		{"Never", makePod(pending, step("a", unknown), cloner(running), annotatedCancel), true},
		{"OnFailure", makePod(pending, onFailure, step("a", unknown), cloner(running), annotatedCancel), true},
		{"OnFailure, between two tries", makePod(pending, onFailure, step("a", unknown), cloner(crashing(1)), annotatedCancel), true},
		{"Never, without steps", makePod(pending, late("app", unknown), cloner(running), annotatedCancel), true},
		{"Always", makePod(pending, always, late("app", unknown), cloner(running), annotatedCancel), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, tc.pod)
			carryOut(tc.pod, facts(), d)
			require.Equal(t, tc.want, decide(t, tc.pod).Deadline)
			if !tc.want {
				require.Equal(t, []voice.Reason{ending.EventCancelIgnored}, reasonsSaid(d))
				return
			}
			require.Equal(t, "UserCancel", d.Conditions[0].Reason)
			require.False(t, d.Deadline, "the condition is written first")
		})
	}
}
