package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A Pod is deleted, as when a node is drained, while its first step runs. The first step obeys SIGTERM and exits 0, which
// must not look like success: the second step never runs in that Pod, and the Job runs another one.
func TestDeletedPodNeverRunsTheNextStep(t *testing.T) {
	t.Parallel()
	const moments, early = 20, 4
	for i := range moments {
		d := deletion{after: rand.N(4 * time.Second), since: created, what: "it was created"}
		if i >= early {
			d.since, d.what = firstStarted, "its first step started"
		}
		t.Run(fmt.Sprintf("moment %d: %s after %s", i+1, d.after.Round(time.Millisecond), d.what), func(t *testing.T) {
			t.Parallel()
			deletePodOf(t, d, nil)
		})
	}
	t.Run("with a preStop hook on the second step", func(t *testing.T) {
		t.Parallel()
		preStop := &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 5}}}
		deletePodOf(t, deletion{after: 2 * time.Second, since: firstStarted}, preStop)
	})
}

// deletion says when a Pod is deleted.
type deletion struct {
	after time.Duration
	// since gives the moment that after counts from, and the zero time while it has not come.
	since func(*corev1.Pod) time.Time
	what  string
}

// firstStarted is when both steps run, that is, when the first runs its command and the second waits.
func firstStarted(pod *corev1.Pod) time.Time {
	var latest time.Time
	for _, s := range pod.Status.ContainerStatuses {
		if s.State.Running == nil {
			return time.Time{}
		}
		if started := s.State.Running.StartedAt.Time; latest.Before(started) {
			latest = started
		}
	}
	return latest
}

func created(pod *corev1.Pod) time.Time { return pod.CreationTimestamp.Time }

func deletePodOf(t *testing.T, d deletion, secondStep *corev1.Lifecycle) {
	t.Helper()
	namespace := makeNamespace(t)
	job, witness := makeDeletable(t, secondStep)
	phases := followPhases(t, namespace)
	createJob(t, namespace, job)

	first := waitForPod(t, namespace, "the Job's first Pod", func(pod *corev1.Pod) bool { return !d.since(pod).IsZero() })
	waitUntil(t, d.since(first).Add(d.after))
	require.NoError(t, client.CoreV1().Pods(namespace).Delete(t.Context(), first.Name, metav1.DeleteOptions{}))
	waitFor(t, "the end of the Pod", func() (bool, string) {
		_, err := client.CoreV1().Pods(namespace).Get(t.Context(), first.Name, metav1.GetOptions{})
		return apierrors.IsNotFound(err), describe(err)
	})
	// The first step of the Pod that was deleted ended because it was told to, however late that was; that of the next one ends now.
	require.NoError(t, os.WriteFile(filepath.Join(witness, "gone"), nil, 0o644))

	waitForJob(t, namespace, batchv1.JobComplete)
	pods := getPods(t, namespace)
	require.NotEmpty(t, pods)
	last := pods[len(pods)-1]
	require.NotEqual(t, first.UID, last.UID, "the Job made another Pod")
	require.FileExists(t, filepath.Join(witness, string(last.UID)), "the second step ran in it")
	require.NoFileExists(t, filepath.Join(witness, string(first.UID)), "the second step ran in the Pod that was deleted")
	seen := phases()[string(first.UID)]
	require.NotEmpty(t, seen, "nothing was seen of the deleted Pod")
	require.NotContains(t, seen, corev1.PodSucceeded, "the deleted Pod succeeded")
}

// makeDeletable is a Job whose first step ends when it is told to, or when the witness has a file "gone". Its second step leaves a file there
// with the UID of its Pod.
func makeDeletable(t *testing.T, secondStep *corev1.Lifecycle) (job *batchv1.Job, witness string) {
	t.Helper()
	job = makeJob("first, second",
		shell("first", "trap 'exit 0' TERM; until test -e /witness/gone; do sleep 0.1; done"),
		shell("second", "touch /witness/$POD_UID"))
	witness, volume, mount := makeWitness(t)
	spec := &job.Spec.Template.Spec
	spec.TerminationGracePeriodSeconds = new(int64(10))
	spec.Volumes = append(spec.Volumes, volume)
	for i := range spec.Containers {
		spec.Containers[i].VolumeMounts = append(spec.Containers[i].VolumeMounts, mount)
	}
	second := &spec.Containers[1]
	second.Lifecycle = secondStep
	second.Env = []corev1.EnvVar{{Name: "POD_UID", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.uid"}}}}
	return job, witness
}

// makeWitness is a folder of the node, which is this machine, for a Pod to mount, so that what it leaves can be seen when it is gone.
func makeWitness(t *testing.T) (folder string, volume corev1.Volume, mount corev1.VolumeMount) {
	t.Helper()
	folder = t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o777))
	volume = corev1.Volume{Name: "witness", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: folder}}}
	return folder, volume, corev1.VolumeMount{Name: volume.Name, MountPath: "/witness"}
}

// followPhases records every phase that the Pods of a namespace go through, by UID. The result stops it and returns them.
func followPhases(t *testing.T, namespace string) func() map[string][]corev1.PodPhase {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	events, err := client.CoreV1().Pods(namespace).Watch(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	phases := map[string][]corev1.PodPhase{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for event := range events.ResultChan() {
			if pod, isPod := event.Object.(*corev1.Pod); isPod {
				phases[string(pod.UID)] = append(phases[string(pod.UID)], pod.Status.Phase)
			}
		}
	}()
	stop := func() map[string][]corev1.PodPhase {
		cancel()
		events.Stop()
		<-done
		return phases
	}
	t.Cleanup(cancel)
	return stop
}

// waitUntil returns at the given moment.
func waitUntil(t *testing.T, moment time.Time) {
	t.Helper()
	select {
	case <-time.After(time.Until(moment)):
	case <-t.Context().Done():
		require.FailNow(t, "the test ended while it waited")
	}
}
