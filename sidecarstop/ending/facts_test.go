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

// knowing is a change of the facts.
type knowing = func(*ending.Facts)

// facts are those of a companion that has just been started.
func facts(changes ...knowing) ending.Facts {
	f := ending.Facts{Now: now, Settings: ending.Settings{
		NopImage: nopImage,
		Knows:    func(command []string) bool { return len(command) > 0 && command[0] == "sh" },
	}}
	for _, change := range changes {
		change(&f)
	}
	return f
}

func withOwner(limit, restarts int32) knowing {
	return func(f *ending.Facts) { f.Owner = &ending.Owner{BackoffLimit: limit, Restarts: restarts} }
}

func withRefusal(sidecar, why string) knowing {
	return func(f *ending.Facts) { f.Refused = map[string]string{sidecar: why} }
}

func withGateFailure(message string) knowing {
	return func(f *ending.Facts) { f.GateFailure = message }
}

func withPatience(reason string, d time.Duration) knowing {
	return func(f *ending.Facts) { f.Patience = map[string]time.Duration{reason: d} }
}

// seenSince is what a companion knows that saw the same Pod at that time.
func seenSince(at time.Time, pod *corev1.Pod) knowing {
	return func(f *ending.Facts) { f.Troubles = ending.Troubles{}.After(podview.Of(pod), at) }
}

// decide decides, and checks that deciding changes nothing.
func decide(t testing.TB, pod *corev1.Pod, changes ...knowing) ending.Decision {
	t.Helper()
	before := pod.DeepCopy()
	d := ending.Decide(podview.Of(pod), facts(changes...))
	require.Equal(t, before, pod, "deciding changed the Pod")
	require.GreaterOrEqual(t, d.Again, time.Duration(0))
	for _, e := range d.Events {
		require.NotEmpty(t, e.Reason)
		require.NotEmpty(t, e.Message)
		require.Equal(t, voice.OneLine(e.Message, voice.MaxMessage), e.Message, "an Event is one clean line")
	}
	return d
}

// said are the messages of the Events with that reason on the Pod.
func said(d ending.Decision, reason voice.Reason) []string {
	var messages []string
	for _, e := range d.Events {
		if e.Reason == reason && e.On == voice.OnPod {
			messages = append(messages, e.Message)
		}
	}
	return messages
}

// reasonsSaid are the reasons of all Events on the Pod.
func reasonsSaid(d ending.Decision) []voice.Reason {
	var reasons []voice.Reason
	for _, e := range d.Events {
		if e.On == voice.OnPod {
			reasons = append(reasons, e.Reason)
		}
	}
	return reasons
}
