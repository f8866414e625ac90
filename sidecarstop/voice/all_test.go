package voice_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

var all = annotated(contract.AnnotationEvents, contract.EventsAll)

func TestReadyContainersAreToldOfOnlyWhenAskedFor(t *testing.T) {
	closed := annotated(contract.AnnotationReady, "")
	gated := func(pod *corev1.Pod) {
		o := contract.Options{ReadyFiles: []string{contract.GateFile("app")}, Entrypoint: "nginx"}
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "app", Command: append([]string{contract.WrapperPath}, o.Words()...)})
		addStatus(&pod.Status.ContainerStatuses, "app", running(true))
	}
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want []string
	}{
		{"a sidecar", makePod(aStep("a", running(true)), closed, aSidecar("proxy", running(true))), []string{"ContainerReady: proxy is ready after 57s"}},
		{"a sidecar that is not ready", makePod(aStep("a", running(true)), closed, aSidecar("proxy", running(false))), nil},
		{"an init container", makePod(aSetup(ended(0, "Completed", "")), aStep("a", nil)), []string{"ContainerReady: setup ended well after 6s"}},
		{"an init container that failed", makePod(aSetup(ended(1, "Error", "")), aStep("a", nil)), nil},
		{"a step whose command runs", makePod(aStep("a", running(true))), []string{"ContainerReady: a is ready after 57s", "StepStarted: a runs"}},
		{"a step behind a closed gate", makePod(aStep("a", running(true)), closed), nil},
		{"a step behind another", makePod(aStep("a", running(false)), aStep("b", running(true))), []string{"StepStarted: a runs"}},
		{"a container of a Pod without steps", makePod(aSidecar("app", running(true))), []string{"ContainerReady: app is ready after 57s"}},
		{"a container behind its own gate", makePod(gated), nil},
		{"a container whose gate is open", makePod(gated, annotated(contract.GateAnnotation("app"), contract.ReadyValue)),
			[]string{"ContainerReady: app is ready after 57s"}},
		{"when all are known to be ready", makePod(aSidecar("app", running(true)), withCondition(string(corev1.ContainersReady), at(8))),
			[]string{"ContainerReady: app is ready after 5s"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Empty(t, messagesOn(tell(tc.pod), voice.OnPod), "by default")
			all(tc.pod)
			require.Equal(t, tc.want, messagesOn(tell(tc.pod), voice.OnPod))
		})
	}
}

func TestAStepHasStartedWhenItsCommandRuns(t *testing.T) {
	runs := []string{"StepStarted: b runs"}
	inside := func(o *contract.Options) { o.TCP = []string{"db:5432"} }
	onlyAfterFailure := func(o *contract.Options) { o.RunIf = contract.RunOnFailure }
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want []string
	}{
		{"all before it went well", makePod(aStep("a", completed("a")), aStep("b", running(false))), runs},
		{"one before it failed and was healed", makePod(aStep("a", spoke(word("a", contract.Continued, 2))), aStep("b", running(false))), runs},
		{"one before it failed, and it is about to be skipped", makePod(aStep("a", spoke(word("a", contract.Error, 2, "a"))), aStep("b", running(false))), nil},
		{"one before it left no word", makePod(aStep("a", ended(0, "Completed", "")), aStep("b", running(false))), nil},
		{"it waits for an address", makePod(aStep("a", completed("a")), aStep("b", running(false), inside)), nil},
		{"it runs only after a failure", makePod(aStep("a", completed("a")), aStep("b", running(false), onlyAfterFailure)), nil},
		{"it has ended since", makePod(aStep("a", completed("a")), aStep("b", completed("b"))), []string{"StepStarted: b started at 05:00:04.000 UTC"}},
		{"it never ran", makePod(aStep("a", completed("a")), aStep("b", spoke(word("b", contract.Skipped, 0, "a")))), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			all(tc.pod)
			var got []string
			for _, e := range tell(tc.pod).Events {
				if e.Reason == voice.StepStarted && e.Once == "b/0" {
					got = append(got, "StepStarted: "+e.Message)
				}
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestStartAndEndAreSaidOncePerLifeOfAContainer(t *testing.T) {
	failed := spoke(word("a", contract.Error, 2, "a"))
	failed.RestartCount = 1
	again := running(false)
	again.RestartCount, again.LastTerminationState = 2, failed.State
	inBackoff := waiting("CrashLoopBackOff", "")
	inBackoff.RestartCount, inBackoff.LastTerminationState = 1, failed.State
	for name, status := range map[string]*corev1.ContainerStatus{"has ended": failed, "waits to be started again": inBackoff, "runs again": again} {
		t.Run(name, func(t *testing.T) {
			said := tell(makePod(onFailure, aStep("a", status)))
			require.Equal(t, []string{"StepFailed: a failed with exit code 2 after 1.2s (attempt 2), and is started again"}, messagesOn(said, voice.OnPod))
			require.Equal(t, "a/1", said.Events[0].Once)
		})
	}
	said := tell(makePod(onFailure, all, aStep("a", again)))
	require.Equal(t, "a/2", said.Events[0].Once)
	require.Equal(t, voice.StepStarted, said.Events[0].Reason)
}

func TestOldNewsAreNotTold(t *testing.T) {
	pod := makePod(all, aSetup(ended(0, "Completed", "")), aStep("a", completed("a")), aStep("b", running(true)),
		aSidecar("proxy", running(true)), withCondition(string(corev1.ContainersReady), at(8)))
	require.Len(t, voice.Tell(podview.Of(pod), now).Events, 6)
	require.Empty(t, voice.Tell(podview.Of(pod), now.Add(2*time.Hour)).Events)
}

// The time since when all containers are ready is not always known.
func TestAContainerThatHasRunForLongIsNotNewlyReady(t *testing.T) {
	pod := makePod(all, aSidecar("app", running(true)))
	require.Len(t, voice.Tell(podview.Of(pod), now).Events, 1)
	require.Empty(t, voice.Tell(podview.Of(pod), now.Add(48*time.Hour)).Events)
}

func TestAStartWithoutATimeIsNotMidnight(t *testing.T) {
	r := word("a", contract.Completed, 0)
	r.StartedAt = time.Time{}
	said := tell(makePod(all, aStep("a", spoke(r))))
	require.Equal(t, "StepStarted: a was started", messagesOn(said, voice.OnPod)[0])
}

func TestATryRunsAfterTheStepsBeforeItToo(t *testing.T) {
	said := tell(makePod(onFailure, aStep("a", completed("a")), aStep("b", ended(2, "Error", ""))))
	require.Equal(t, "StepFailed: b failed with exit code 2 after 3.8s, and is started again", messagesOn(said, voice.OnPod)[1])
}

func TestOneSidecarAndThreeStepsMakeFewEvents(t *testing.T) {
	pod := makePod(aStep("a", completed("a")), aStep("b", completed("b")), aStep("c", completed("c")), aSidecar("proxy", running(true)))
	require.Len(t, tell(pod).Events, 4, "with Ready and SidecarStopped, which others say, six")
}
