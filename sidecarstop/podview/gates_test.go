package podview_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

func waitsFor(timeout time.Duration, files ...string) contract.Options {
	return contract.Options{ReadyFiles: files, WaitTimeout: timeout, Entrypoint: "x"}
}

func TestTheGatesOfAPodAreReadFromItsWrappers(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want []podview.Gate
	}{
		{"none", makePod(regular("app", nil)), nil},
		{"first steps have one between them, with the shortest time",
			makePod(regular("a", wrapper(waitsFor(2*time.Hour, contract.ReadyFile))), regular("b", wrapper(waitsFor(time.Hour, contract.ReadyFile))),
				regular("c", wrapper(waitsFor(0, contract.ReadyFile)))),
			[]podview.Gate{{Annotation: contract.AnnotationReady, Timeout: time.Hour}}},
		{"that of the first steps comes first, then those of containers",
			makePod(regular("a", wrapper(waitsFor(0, contract.GateFile("a")))), regular("b", wrapper(waitsFor(0, contract.ReadyFile, contract.GateFile("b"))))),
			[]podview.Gate{{Annotation: contract.AnnotationReady}, {Annotation: "ready.orderly.dev/a", Container: "a"},
				{Annotation: "ready.orderly.dev/b", Container: "b"}}},
		{"an init container waits for the Pod",
			makePod(initial(contract.WaitContainer, waiter(waitsFor(time.Minute, contract.GateFile(contract.WaitContainer)))...)),
			[]podview.Gate{{Annotation: "ready.orderly.dev/orderly-wait", Container: contract.WaitContainer, Timeout: time.Minute}}},
		{"the word was given", makePod(annotated("ready.orderly.dev/a", "READY"), regular("a", wrapper(waitsFor(0, contract.GateFile("a"))))),
			[]podview.Gate{{Annotation: "ready.orderly.dev/a", Container: "a", Open: true}}},
		{"another word was given", makePod(annotated("ready.orderly.dev/a", "ready"), regular("a", wrapper(waitsFor(0, contract.GateFile("a"))))),
			[]podview.Gate{{Annotation: "ready.orderly.dev/a", Container: "a"}}},
		{"the gate of another container is none", makePod(regular("a", wrapper(waitsFor(0, contract.GateFile("b"))))), nil},
		{"a file that is no gate is none", makePod(regular("a", wrapper(waitsFor(0, "/tmp/ready")))), nil},
		{"what annotations say is none", makePod(annotated("ready.orderly.dev/a", "no"), regular("a", []string{"make"})), nil},
		{"a wrapper of another version has none", makePod(regular("a", []string{contract.WrapperPath, "-new", "-ready_file", contract.ReadyFile, "--"})), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, podview.Of(tc.pod).Gates())
		})
	}
}

func TestTheSchedulingGateIsTheFirst(t *testing.T) {
	pod := makePod(held, regular("a", wrapper(asStep("a"))))
	gates := podview.Of(pod).Gates()
	require.Len(t, gates, 2)
	require.True(t, gates[0].IsHold() && gates[0].OfPod() && !gates[0].Open && !gates[0].IsOfFirstSteps())
	require.True(t, gates[1].IsOfFirstSteps() && gates[1].OfPod() && !gates[1].IsHold())

	annotated(gates[0].Annotation, contract.ReadyValue)(pod)
	view := podview.Of(pod)
	require.True(t, view.IsHeld() && view.IsReleased() && view.Gates()[0].Open, "the word is given before the gate is taken away")
}

func TestTheGateOfAContainerIsNotThatOfThePod(t *testing.T) {
	gate := podview.Of(makePod(regular("a", wrapper(waitsFor(0, contract.GateFile("a")))))).Gates()[0]
	require.False(t, gate.OfPod() || gate.IsHold() || gate.IsOfFirstSteps())
}

func TestAGateIsMootWhenWhoeverWaitedHasEnded(t *testing.T) {
	ended := func(name string) corev1.ContainerStatus {
		return corev1.ContainerStatus{Name: name, State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1}}}
	}
	pod := makePod(regular("a", wrapper(asStep("a"))), regular("b", wrapper(asStep("b"))))
	moot := func() bool { return podview.Of(pod).Gates()[0].Moot }
	require.False(t, moot())
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{ended("a")}
	require.False(t, moot(), "another still waits")
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{ended("a"), ended("b")}
	require.True(t, moot())
	withPolicy(corev1.RestartPolicyOnFailure)(pod)
	require.False(t, moot(), "they are started again, and wait again")
}
