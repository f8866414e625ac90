package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

func TestTargetsAreReadAsKubectlReadsThem(t *testing.T) {
	for _, tc := range []struct {
		word string
		want target
	}{
		{"build", target{kind: anyKind, name: "build"}},
		{"job/build", target{kind: aJob, name: "build"}},
		{"jobs/build", target{kind: aJob, name: "build"}},
		{"jobs.batch/build", target{kind: aJob, name: "build"}},
		{"Job.batch/build", target{kind: aJob, name: "build"}},
		{"pod/build-x", target{kind: aPod, name: "build-x"}},
		{"po/build-x", target{kind: aPod, name: "build-x"}},
		{"cj/nightly", target{kind: aCronJob, name: "nightly"}},
		{"deployments.v1.apps/web", target{kind: aDeployment, name: "web"}},
		{"sts/db", target{kind: aStatefulSet, name: "db"}},
	} {
		t.Run(tc.word, func(t *testing.T) {
			got, err := parseTarget(tc.word)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestTargetsThatAreNone(t *testing.T) {
	for _, tc := range []struct{ word, want string }{
		{"service/web", `"service/web" is nothing that runs Pods: say job/web, pod/web, cronjob/web, or a deployment, statefulset, daemonset or replicaset`},
		{"pod/", `"pod/" is not a name: say NAME, job/NAME or pod/NAME`},
		{"pod/a/b", `"pod/a/b" is not a name: say NAME, job/NAME or pod/NAME`},
		{"", `"" is not a name: say NAME, job/NAME or pod/NAME`},
	} {
		t.Run(tc.word, func(t *testing.T) {
			_, err := parseTarget(tc.word)
			require.EqualError(t, err, tc.want)
		})
	}
}

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func makeJob(name string) *batchv1.Job {
	return &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name, UID: types.UID("uid-" + name)},
		Spec:       batchv1.JobSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"job": name}}},
	}
}

// makePod makes a Pod that the Job owns, made so many seconds after the first.
func makePod(job *batchv1.Job, name string, seconds int) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "demo", Name: name,
			Labels:            job.Spec.Selector.MatchLabels,
			CreationTimestamp: metav1.NewTime(start.Add(time.Duration(seconds) * time.Second)),
			OwnerReferences:   []metav1.OwnerReference{*metav1.NewControllerRef(job, batchv1.SchemeGroupVersion.WithKind("Job"))},
		},
		Status: corev1.PodStatus{Phase: corev1.PodFailed},
	}
}

// look finds the target and reads everything that belongs to it.
func look(ctx context.Context, client kubernetes.Interface, wanted target) (found, error) {
	s, err := (&finder{client: client, namespace: "demo"}).find(ctx, wanted)
	if err != nil {
		return found{}, err
	}
	return s.read(ctx, client)
}

func namesOf(pods []corev1.Pod) []string {
	var names []string
	for _, pod := range pods {
		names = append(names, pod.Name)
	}
	return names
}

func TestAJobIsFoundWithItsPodsOldestFirst(t *testing.T) {
	job := makeJob("build")
	stranger := makePod(makeJob("other"), "build-0", 0)
	stranger.Labels = job.Spec.Selector.MatchLabels
	client := fake.NewClientset(job, makePod(job, "build-a", 20), makePod(job, "build-c", 10), makePod(job, "build-b", 10), stranger)
	for _, word := range []string{"build", "job/build"} {
		wanted, err := parseTarget(word)
		require.NoError(t, err)
		got, err := look(t.Context(), client, wanted)
		require.NoError(t, err)
		require.Equal(t, "build", got.job.Name)
		require.Equal(t, []string{"build-b", "build-c", "build-a"}, namesOf(got.pods))
	}
}

func TestANameThatIsNoJobIsAPod(t *testing.T) {
	client := fake.NewClientset(makePod(makeJob("build"), "build-a", 0))
	for _, wanted := range []target{{kind: anyKind, name: "build-a"}, {kind: aPod, name: "build-a"}} {
		got, err := look(t.Context(), client, wanted)
		require.NoError(t, err)
		require.Nil(t, got.job)
		require.Equal(t, []string{"build-a"}, namesOf(got.pods))
	}
}

func TestWhatIsNotThere(t *testing.T) {
	const hint = "see what there is with `kubectl get %s -n demo`, or choose a namespace with -n"
	f := &finder{namespace: "demo", client: fake.NewClientset()}
	for _, tc := range []struct {
		name   string
		wanted target
		want   string
	}{
		{"a name", target{kind: anyKind, name: "x"}, `there is neither a Job nor a Pod named "x" in namespace "demo": ` + strings.Replace(hint, "%s", "jobs,pods", 1)},
		{"a Job", target{kind: aJob, name: "x"}, `there is no Job named "x" in namespace "demo": ` + strings.Replace(hint, "%s", "jobs", 1)},
		{"a Pod", target{kind: aPod, name: "x"}, `there is no Pod named "x" in namespace "demo": ` + strings.Replace(hint, "%s", "pods", 1)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := f.find(t.Context(), tc.wanted)
			require.EqualError(t, err, tc.want)
		})
	}
}

func TestAnAPIServerThatDoesNotAnswerIsNamed(t *testing.T) {
	cause := errors.New("connection refused")
	for _, tc := range []struct{ verb, resource, want string }{
		{"get", "jobs", "reading Job demo/build: connection refused"},
		{"list", "pods", "listing the Pods of Job demo/build: connection refused"},
	} {
		t.Run(tc.resource, func(t *testing.T) {
			client := fake.NewClientset(makeJob("build"))
			client.PrependReactor(tc.verb, tc.resource, func(clienttesting.Action) (bool, runtime.Object, error) {
				return true, nil, cause
			})
			_, err := look(t.Context(), client, target{kind: anyKind, name: "build"})
			require.EqualError(t, err, tc.want)
			require.ErrorIs(t, err, cause)
		})
	}
}

func TestAJobIsDescribedBeforeItsPods(t *testing.T) {
	job := makeJob("build")
	ended := func(kind batchv1.JobConditionType) *batchv1.Job {
		j := makeJob("build")
		j.Status.Conditions = []batchv1.JobCondition{
			{Type: batchv1.JobFailureTarget, Status: corev1.ConditionTrue},
			{Type: kind, Status: corev1.ConditionTrue, Reason: "BackoffLimitExceeded", Message: "too many"},
		}
		return j
	}
	for _, tc := range []struct {
		name string
		job  *batchv1.Job
		pods int
		want string
	}{
		{"it runs", job, 1, "Job demo/build: Running"},
		{"it has no Pods yet", job, 0, "Job demo/build: no Pods yet; if none comes, `kubectl describe job` says why"},
		{"it is complete", ended(batchv1.JobComplete), 1, "Job demo/build: Complete"},
		{"it failed", ended(batchv1.JobFailed), 2, "Job demo/build: Failed, BackoffLimitExceeded: too many"},
		{"it is suspended", ended(batchv1.JobSuspended), 0, "Job demo/build: Suspended; its Pods are gone or were never made"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, describeJob(tc.job, tc.pods))
		})
	}
}

func TestBlankLinesPartThePodsOfAJob(t *testing.T) {
	job := makeJob("build")
	pods := []corev1.Pod{*makePod(job, "build-a", 0), *makePod(job, "build-b", 1)}
	got := textOf(tellAll([]found{{scope: scopeOfJob(job), job: job, pods: pods}}, start), 0)
	require.Regexp(t, `(?s)^Job demo/build: Running\n\nPod demo/build-a: Failed\n.*[^\n]\n\nPod demo/build-b: Failed\n`, got)
}

func TestTheErrorOfTheWriterIsGiven(t *testing.T) {
	want := errors.New("no space left")
	out := writerFunc(func([]byte) (int, error) { return 0, want })
	require.ErrorIs(t, writeText(out, nil, 0), want)
	require.ErrorIs(t, writeDocument(out, document{}), want)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
