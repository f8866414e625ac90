package podview_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/podview"
)

func TestTheCauseOfAnEndIsNamed(t *testing.T) {
	evicted := corev1.PodStatus{Reason: "Evicted", Message: "The node was low on resource: memory."}
	type end = corev1.ContainerStateTerminated
	for _, tc := range []struct {
		name  string
		pod   corev1.PodStatus
		ended end
		want  podview.Cause
	}{
		{"it ended well", evicted, end{Reason: "Completed"}, podview.Cause{}},
		{"an exit code", corev1.PodStatus{}, end{ExitCode: 3, Reason: "Error", Message: "its own words"}, podview.Cause{}},
		{"an exit code, while its Pod was evicted", evicted, end{ExitCode: 3, Reason: "Error"}, podview.Cause{}},
		{"an exit code that no signal has", evicted, end{ExitCode: 255, Reason: "Error"}, podview.Cause{}},
		{"an exit code that is none", corev1.PodStatus{}, end{ExitCode: -1}, podview.Cause{}},
		{"a signal", corev1.PodStatus{}, end{ExitCode: 137, Reason: "Error", Message: "its log"}, podview.Cause{Killed: true, Reason: "Signal9", Signal: 9}},
		{"a signal that the runtime names", corev1.PodStatus{}, end{ExitCode: 1, Signal: 15}, podview.Cause{Killed: true, Reason: "Signal15", Signal: 15}},
		{"the last of the signals", corev1.PodStatus{}, end{ExitCode: 192}, podview.Cause{Killed: true, Reason: "Signal64", Signal: 64}},
		{"a signal, because its Pod was evicted", evicted, end{ExitCode: 143, Reason: "Error"},
			podview.Cause{Killed: true, Reason: "Evicted", Message: evicted.Message}},
		{"a signal, because its Pod was over for a reason that is no word", corev1.PodStatus{Reason: "\x1b[2J", Message: "gone"}, end{ExitCode: 143},
			podview.Cause{Killed: true, Reason: "Unknown", Message: "gone"}},
		{"no memory", evicted, end{ExitCode: 137, Reason: "OOMKilled", Message: "its log"}, podview.Cause{Killed: true, Reason: "OOMKilled"}},
		{"a program that is not there", evicted, end{ExitCode: 128, Reason: "StartError", Message: "no such file"},
			podview.Cause{Killed: true, Reason: "StartError", Message: "no such file"}},
		{"a container that nobody finds", corev1.PodStatus{}, end{ExitCode: 137, Reason: "ContainerStatusUnknown", Message: "could not be located"},
			podview.Cause{Killed: true, Reason: "ContainerStatusUnknown", Message: "could not be located"}},
		{"the same, because its Pod was evicted", evicted, end{ExitCode: 137, Reason: "ContainerStatusUnknown"},
			podview.Cause{Killed: true, Reason: "Evicted", Message: evicted.Message}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, podview.CauseOf(&corev1.Pod{Status: tc.pod}, &tc.ended))
		})
	}
}

func TestAWordForMachinesIsPlain(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"OOMKilled", "OOMKilled"}, {"Signal9", "Signal9"}, {"", ""}, {"two words", ""}, {"a\x1b", ""}, {"Größe", ""}, {strings.Repeat("x", 65), ""},
	} {
		t.Run(tc.text, func(t *testing.T) { require.Equal(t, tc.want, podview.Word(tc.text)) })
	}
}
