package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// recorder is a view that hands everything on.
type recorder struct{ shown, ended chan []found }

func (r recorder) show(all []found, _ time.Time) error {
	r.shown <- all
	return nil
}

func (r recorder) end(all []found, _ time.Time) error {
	r.ended <- all
	return nil
}

func (recorder) warn(string) error { return nil }

func (recorder) moves() bool { return false }

// following is a follower that runs beside the test.
type following struct {
	recorder
	result chan error
}

func follow(ctx context.Context, client kubernetes.Interface, scopes ...scope) following {
	f := following{recorder{make(chan []found, 1000), make(chan []found, 1)}, make(chan error, 1)}
	go func() {
		f.result <- (&follower{client: client, scopes: scopes, view: f.recorder, now: time.Now}).run(ctx)
	}()
	return f
}

// waitFor reads what is shown until the condition holds.
func (f following) waitFor(t *testing.T, what string, condition func([]found) bool) {
	t.Helper()
	deadline := time.After(patience)
	var last []found
	for {
		select {
		case last = <-f.shown:
			if condition(last) {
				return
			}
		case err := <-f.result:
			require.FailNow(t, "it ended before: "+what, "%v, after %+v", err, last)
		case <-deadline:
			require.FailNow(t, "not shown: "+what, "last %+v", last)
		}
	}
}

func (f following) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-f.result:
		return err
	case <-time.After(patience):
		require.FailNow(t, "it did not end")
		return nil
	}
}

func hasPods(names ...string) func([]found) bool {
	return func(all []found) bool { return slices.Equal(namesOf(all[0].pods), names) }
}

func end(job *batchv1.Job, kind batchv1.JobConditionType) *batchv1.Job {
	job = job.DeepCopy()
	job.Status.Conditions = []batchv1.JobCondition{{Type: kind, Status: corev1.ConditionTrue, Reason: "BackoffLimitExceeded", Message: "too many"}}
	return job
}

func TestAJobIsFollowedWithPodsThatComeLater(t *testing.T) {
	for _, tc := range []struct {
		name string
		kind batchv1.JobConditionType
		want string
	}{
		{"it completes", batchv1.JobComplete, ""},
		{"it fails", batchv1.JobFailed, "Job demo/build failed, BackoffLimitExceeded: too many"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			job := makeJob("build")
			client := fake.NewClientset(job)
			f := follow(t.Context(), client, scopeOfJob(job))
			f.waitFor(t, "the Job without Pods", hasPods())
			create(t, client, makePod(job, "build-a", 0))
			f.waitFor(t, "its first Pod", hasPods("build-a"))
			create(t, client, makePod(makeJob("other"), "other-a", 0))
			create(t, client, makePod(job, "build-b", 1))
			f.waitFor(t, "its second Pod", hasPods("build-a", "build-b"))
			_, err := client.BatchV1().Jobs("demo").UpdateStatus(t.Context(), end(job, tc.kind), metav1.UpdateOptions{})
			require.NoError(t, err)
			requireError(t, tc.want, f.wait(t))
			require.True(t, hasPods("build-a", "build-b")(<-f.ended))
		})
	}
}

func create(t *testing.T, client kubernetes.Interface, pod *corev1.Pod) {
	t.Helper()
	_, err := client.CoreV1().Pods(pod.Namespace).Create(t.Context(), pod, metav1.CreateOptions{})
	require.NoError(t, err)
}

// requireError compares the text, which is empty for no error.
func requireError(t *testing.T, want string, err error) {
	t.Helper()
	if want == "" {
		require.NoError(t, err)
		return
	}
	require.EqualError(t, err, want)
}

func TestAPodIsFollowedUntilNothingMoreComes(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*corev1.Pod)
		want   string
	}{
		{"it succeeds", func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }, ""},
		{"it fails", func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }, "Pod demo/p failed"},
		{"it never ends by itself, and is ready", func(p *corev1.Pod) {
			p.Spec.RestartPolicy = corev1.RestartPolicyAlways
			p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		}, ""},
		{"it is deleted", nil, "Pod demo/p was deleted"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makeRunningPod("p")
			client := fake.NewClientset(&pod)
			f := follow(t.Context(), client, scope{kind: aPod, namespace: "demo", name: "p", pods: podQuery{name: "p"}})
			f.waitFor(t, "the Pod", hasPods("p"))
			if tc.change == nil {
				require.NoError(t, client.CoreV1().Pods("demo").Delete(t.Context(), "p", metav1.DeleteOptions{}))
			} else {
				tc.change(&pod)
				_, err := client.CoreV1().Pods("demo").Update(t.Context(), &pod, metav1.UpdateOptions{})
				require.NoError(t, err)
			}
			requireError(t, tc.want, f.wait(t))
		})
	}
}

func TestABrokenWatchIsOpenedAgain(t *testing.T) {
	pod := makeRunningPod("p")
	client := fake.NewClientset(&pod)
	first, again := watch.NewFake(), make(chan struct{})
	opened := 0
	client.PrependWatchReactor("pods", func(clienttesting.Action) (bool, watch.Interface, error) {
		opened++
		if opened == 1 {
			return true, first, nil
		}
		if opened == 2 {
			defer close(again)
		}
		return false, nil, nil
	})
	f := follow(t.Context(), client, scope{kind: aPod, namespace: "demo", name: "p", pods: podQuery{name: "p"}})
	f.waitFor(t, "the Pod", hasPods("p"))
	first.Stop()
	select {
	case <-again:
	case <-time.After(patience):
		require.FailNow(t, "no other watch was opened")
	}
	pod.Status.Phase = corev1.PodSucceeded
	deadline := time.After(patience)
	for {
		// The fake asks before it opens a watch, so what is written in between is missed, and written again.
		_, err := client.CoreV1().Pods("demo").Update(t.Context(), &pod, metav1.UpdateOptions{})
		require.NoError(t, err)
		select {
		case err := <-f.result:
			require.NoError(t, err)
			return
		case <-deadline:
			require.FailNow(t, "the Pod's end was not seen")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func TestWhoMayNotWatchIsToldWhatToDo(t *testing.T) {
	pod := makeRunningPod("p")
	client := fake.NewClientset(&pod)
	client.PrependReactor("list", "pods", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(corev1.Resource("pods"), "", errors.New("no"))
	})
	f := follow(t.Context(), client, scope{kind: aPod, namespace: "demo", name: "p", pods: podQuery{name: "p"}})
	require.ErrorContains(t, f.wait(t), "--watch needs the rights to list and watch jobs and pods")
}

func TestWhoInterruptsSeesTheStoryOnceMore(t *testing.T) {
	pod := makeRunningPod("p")
	ctx, interrupt := context.WithCancel(t.Context())
	f := follow(ctx, fake.NewClientset(&pod), scope{kind: aPod, namespace: "demo", name: "p", pods: podQuery{name: "p"}})
	f.waitFor(t, "the Pod", hasPods("p"))
	interrupt()
	require.ErrorIs(t, f.wait(t), context.Canceled)
	require.True(t, hasPods("p")(<-f.ended))
}

func TestSeveralTargetsEndTogether(t *testing.T) {
	good, bad := makeRunningPod("good"), makeRunningPod("bad")
	bad.Status.Phase = corev1.PodFailed
	client := fake.NewClientset(&good, &bad)
	f := follow(t.Context(), client,
		scope{kind: aPod, namespace: "demo", name: "good", pods: podQuery{name: "good"}},
		scope{kind: aPod, namespace: "demo", name: "bad", pods: podQuery{name: "bad"}})
	f.waitFor(t, "the one that runs, although the other has failed", func(all []found) bool { return len(all[0].pods) == 1 && len(all[1].pods) == 1 })
	good.Status.Phase = corev1.PodSucceeded
	_, err := client.CoreV1().Pods("demo").Update(t.Context(), &good, metav1.UpdateOptions{})
	require.NoError(t, err)
	require.EqualError(t, f.wait(t), "Pod demo/bad failed")
}

// A terminal is redrawn every second while something runs, without any change.
func TestBarsGrowWhileNothingChanges(t *testing.T) {
	pod := makeRunningPod("p")
	var frames frameCounter
	frames.enough = make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		view := newScreen(&frames, func() (int, int) { return 80, 24 })
		scopes := []scope{{kind: aPod, namespace: "demo", name: "p", pods: podQuery{name: "p"}}}
		ended <- (&follower{client: fake.NewClientset(&pod), scopes: scopes, view: view, now: time.Now}).run(ctx)
	}()
	select {
	case <-frames.enough:
	case <-time.After(patience):
		require.FailNow(t, "the screen stood still")
	}
	stop()
	require.ErrorIs(t, <-ended, context.Canceled)
	require.Contains(t, frames.last, leaveScreen)
}

// frameCounter closes enough after so many frames as there cannot be changes.
type frameCounter struct {
	count  int
	last   string
	enough chan struct{}
}

func (c *frameCounter) Write(p []byte) (int, error) {
	c.last = string(p)
	if strings.Contains(c.last, toTopLeft) {
		c.count++
	}
	if c.count == 4 {
		close(c.enough)
		c.count++
	}
	return len(p), nil
}
