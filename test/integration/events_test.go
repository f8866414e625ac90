package integration

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedeventsv1 "k8s.io/client-go/kubernetes/typed/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
	"orderly.dev/sidecarstop/voice/teller"
)

// eventsTeller writes Events as one companion, and counts the answers.
type eventsTeller struct {
	*teller.Teller
	written, existed, failed atomic.Int32
}

// startTeller runs one until the test ends.
func startTeller(t *testing.T, instance string) *eventsTeller {
	t.Helper()
	events, err := typedeventsv1.NewForConfig(adminConfig)
	require.NoError(t, err)
	told := &eventsTeller{Teller: teller.New(events, sidecarstop.Name, instance, logr.Discard())}
	told.Wrote = func(err error) {
		switch {
		case err == nil:
			told.written.Add(1)
		case apierrors.IsAlreadyExists(err):
			told.existed.Add(1)
		default:
			told.failed.Add(1)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- told.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return told
}

// waitForAnswers waits until the API server has answered so often, and gives the Events of the namespace by reason.
func (told *eventsTeller) waitForAnswers(t *testing.T, namespace string, written, existed, failed int32) map[string]eventsv1.Event {
	t.Helper()
	eventually(t, "answers of the API server", func() error {
		got := [3]int32{told.written.Load(), told.existed.Load(), told.failed.Load()}
		if got != [3]int32{written, existed, failed} {
			return fmt.Errorf("written, existed, failed: %v", got)
		}
		return nil
	})
	var all eventsv1.EventList
	require.NoError(t, admin.List(t.Context(), &all, client.InNamespace(namespace)))
	byReason := map[string]eventsv1.Event{}
	for _, e := range all.Items {
		byReason[e.Reason] = e
	}
	require.Len(t, byReason, len(all.Items))
	return byReason
}

// makeFinishedPod gives a Pod of a Job whose only step failed with 2, as the kubelet reports it.
func makeFinishedPod(t *testing.T, job *batchv1.Job) *corev1.Pod {
	t.Helper()
	pod := makeCompanionPod(job.Namespace, "work")
	pod.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(job, batchv1.SchemeGroupVersion.WithKind("Job"))}
	mustCreate(t, pod)
	failed := buildCompleted()
	failed.State.Terminated.ExitCode, failed.State.Terminated.Reason = 2, "Error"
	report(t, pod, failed, running("proxy", true))
	return pod
}

func makePausedJob(t *testing.T) *batchv1.Job {
	t.Helper()
	return mustCreate(t, &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Namespace: makeNamespace(t, nil), Name: "job"},
		Spec: batchv1.JobSpec{Suspend: new(true), Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{{Name: "build", Image: "registry.example/build"}},
		}}},
	})
}

func TestWhatIsToldIsReadOnThePodAndItsJob(t *testing.T) {
	job := makePausedJob(t)
	pod := makeFinishedPod(t, job)
	said := voice.Tell(podview.Of(pod), metav1.Now().Time)
	owner := metav1.GetControllerOf(pod)
	first := startTeller(t, "companion-0")
	first.Tell(pod, owner, said.Events)
	events := first.waitForAnswers(t, pod.Namespace, 2, 0, 0)

	onPod := events["StepFailed"]
	require.Equal(t, pod.UID, onPod.Regarding.UID)
	require.Equal(t, []string{"build failed with exit code 2", "Warning", "RunStep", "orderly-sidecarstop", "companion-0"},
		[]string{onPod.Note, onPod.Type, onPod.Action, onPod.ReportingController, onPod.ReportingInstance})
	require.False(t, onPod.EventTime.IsZero())
	onJob := events["Finished"]
	require.Equal(t, job.UID, onJob.Regarding.UID)
	require.Equal(t, pod.UID, onJob.Related.UID)
	require.Equal(t, "Pod work: build Failed (2)", onJob.Note)

	second := startTeller(t, "companion-1")
	second.Tell(pod, owner, said.Events)
	again := second.waitForAnswers(t, pod.Namespace, 0, 2, 0)
	require.Equal(t, events, again, "another companion adds nothing")
}

// kubectl finds Events of an object by fields of the older API.
func TestKubectlFindsTheEventsOfAPod(t *testing.T) {
	pod := makeFinishedPod(t, makePausedJob(t))
	told := startTeller(t, "companion-0")
	told.Tell(pod, nil, voice.Tell(podview.Of(pod), metav1.Now().Time).Events)
	told.waitForAnswers(t, pod.Namespace, 1, 0, 0)
	var older corev1.EventList
	require.NoError(t, admin.List(t.Context(), &older, client.InNamespace(pod.Namespace), client.MatchingFields{
		"involvedObject.uid": string(pod.UID), "reportingComponent": "orderly-sidecarstop", "reason": "StepFailed",
	}))
	require.Len(t, older.Items, 1)
	require.Equal(t, "build failed with exit code 2", older.Items[0].Message)
}

func TestTheLongestEventIsAccepted(t *testing.T) {
	namespace := makeNamespace(t, nil)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: strings.Repeat("a", 230) + ".-" + strings.Repeat("b", 21), UID: "uid"}}
	told := startTeller(t, strings.Repeat("i", 300))
	told.Tell(pod, nil, []voice.Event{
		{Reason: voice.Reason(strings.Repeat("R", 300)), Action: strings.Repeat("A", 300), Message: strings.Repeat("ü\xff\n", 2000)},
		{Reason: "WithoutAction"},
	})
	told.waitForAnswers(t, namespace, 2, 0, 0)
}

// The bounds are the API's own: one byte more is refused.
func TestTheAPIRefusesWhatIsLonger(t *testing.T) {
	namespace := makeNamespace(t, nil)
	for name, change := range map[string]func(*eventsv1.Event){
		"note":              func(e *eventsv1.Event) { e.Note = strings.Repeat("n", voice.MaxMessage+1) },
		"reason":            func(e *eventsv1.Event) { e.Reason = strings.Repeat("r", 129) },
		"action":            func(e *eventsv1.Event) { e.Action = strings.Repeat("a", 129) },
		"reportingInstance": func(e *eventsv1.Event) { e.ReportingInstance = strings.Repeat("i", 129) },
	} {
		t.Run(name, func(t *testing.T) {
			event := &eventsv1.Event{
				ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: strings.ToLower(name)},
				EventTime:  metav1.NowMicro(), ReportingController: sidecarstop.Name, ReportingInstance: "i", Action: "a", Reason: "r", Type: "Normal",
				Regarding: corev1.ObjectReference{Kind: "Pod", Namespace: namespace, Name: "x"},
			}
			change(event)
			err := admin.Create(t.Context(), event)
			require.True(t, apierrors.IsInvalid(err), "%v", err)
		})
	}
}

func TestNobodyIsToldInANamespaceThatIsBeingDeleted(t *testing.T) {
	pod := makeFinishedPod(t, makePausedJob(t))
	namespace := &corev1.Namespace{}
	require.NoError(t, admin.Get(t.Context(), client.ObjectKey{Name: pod.Namespace}, namespace))
	require.NoError(t, admin.Delete(t.Context(), namespace)) // there is no controller here that would end it
	told := startTeller(t, "companion-0")
	told.Tell(pod, nil, []voice.Event{{Reason: "First"}})
	told.waitForAnswers(t, pod.Namespace, 0, 0, 1)
	told.Tell(pod, nil, []voice.Event{{Reason: "First"}, {Reason: "Second"}})
	told.waitForAnswers(t, pod.Namespace, 0, 0, 2)
}

func TestAnnotationAndConditionFitIntoOnePatchOfTheStatus(t *testing.T) {
	pod := makeFinishedPod(t, makePausedJob(t))
	said := voice.Tell(podview.Of(pod), metav1.Now().Time)
	changed := pod.DeepCopy()
	changed.Annotations[contract.AnnotationResult] = said.Annotations[contract.AnnotationResult]
	changed.Status.Conditions = append(changed.Status.Conditions, said.Conditions...)
	companion, err := asCompanion()
	require.NoError(t, err)
	require.NoError(t, companion.Status().Patch(t.Context(), changed, client.StrategicMergeFrom(pod)))
	read := mustGetPod(t, pod)
	again := voice.Tell(podview.Of(read), metav1.Now().Time)
	require.Empty(t, again.Annotations)
	require.Empty(t, again.Conditions)
}
