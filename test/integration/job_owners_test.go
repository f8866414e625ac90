package integration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// makeAskingJob gives a Job that asks for these steps itself, not in its template.
func makeAskingJob(namespace, wanted string) *batchv1.Job {
	job := makeJob(namespace)
	job.TypeMeta = metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"}
	job.Annotations = map[string]string{steps: wanted}
	return job
}

// start does what the Job's controller does first.
func start(t *testing.T, job *batchv1.Job) {
	t.Helper()
	current := mustGet(t, job)
	now := metav1.Now()
	current.Status.StartTime = &now
	require.NoError(t, admin.Status().Update(t.Context(), current))
}

func TestWhatAJobAsksForReachesItsPods(t *testing.T) {
	job := mustCreate(t, makeAskingJob(makeNamespace(t, optedIn), "fetch, build"))
	require.Equal(t, map[string]string{steps: "fetch, build"}, decoded(t, job.Spec.Template.Annotations))
	pod := nextPod(t, job)
	require.Equal(t, "devel: steps: fetch → build; sidecars: proxy", understood(pod))
	requireRewritten(t, pod, "build")
}

func TestAJobIsDeniedForWhatItAsksItself(t *testing.T) {
	err := admin.Create(t.Context(), makeAskingJob(makeNamespace(t, optedIn), "fetch, biuld"))
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	require.ErrorContains(t, err, `Job "work" is invalid: metadata.annotations[orderly.dev/steps]: Invalid value: "biuld"`)
}

func TestTheRefusalOfAJobReachesItsPods(t *testing.T) {
	job := makeJob(makeNamespace(t, optedIn), withSteps())
	job.Labels = map[string]string{"orderly.dev/inject": "false"}
	mustCreate(t, job)
	pod := nextPod(t, job)
	require.Empty(t, understood(pod))
	require.Equal(t, job.Spec.Template.Spec.Containers[0].Command, pod.Spec.Containers[0].Command)
}

func TestJobsOfEveryShapeAreUnderstood(t *testing.T) {
	indexed := batchv1.IndexedCompletion
	for _, tc := range []struct {
		name   string
		change func(*batchv1.JobSpec)
	}{
		{"indexed", func(s *batchv1.JobSpec) {
			s.CompletionMode, s.Completions, s.Parallelism = &indexed, new(int32(3)), new(int32(2))
		}},
		{"parallel, with a work queue", func(s *batchv1.JobSpec) { s.Parallelism = new(int32(5)) }},
		{"suspended", func(s *batchv1.JobSpec) { s.Suspend = new(true) }},
		{"with a deadline and a failure policy", func(s *batchv1.JobSpec) {
			s.ActiveDeadlineSeconds = new(int64(60))
			s.PodFailurePolicy = &batchv1.PodFailurePolicy{Rules: []batchv1.PodFailurePolicyRule{{
				Action: batchv1.PodFailurePolicyActionFailJob,
				OnExitCodes: &batchv1.PodFailurePolicyOnExitCodesRequirement{
					ContainerName: new("build"), Operator: batchv1.PodFailurePolicyOnExitCodesOpIn, Values: []int32{42},
				},
			}}}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			job := makeAskingJob(makeNamespace(t, optedIn), "fetch, build")
			tc.change(&job.Spec)
			want := job.Spec.DeepCopy()
			mustCreate(t, job)
			require.Equal(t, "devel: steps: fetch → build; sidecars: proxy", understood(nextPod(t, job)))
			require.Equal(t, want.CompletionMode == nil, *job.Spec.CompletionMode == batchv1.NonIndexedCompletion)
			require.Equal(t, want.Suspend != nil, *job.Spec.Suspend)
			require.Equal(t, want.PodFailurePolicy, job.Spec.PodFailurePolicy)
			if want.Parallelism != nil {
				require.Equal(t, want.Parallelism, job.Spec.Parallelism)
				require.Equal(t, want.Completions, job.Spec.Completions)
			}
		})
	}
}

func TestThePodOfAnIndexKeepsItsIndex(t *testing.T) {
	job := mustCreate(t, makeAskingJob(makeNamespace(t, optedIn), "fetch, build"))
	pod := &corev1.Pod{ObjectMeta: *job.Spec.Template.ObjectMeta.DeepCopy(), Spec: *job.Spec.Template.Spec.DeepCopy()}
	pod.GenerateName, pod.Namespace = "work-1-", job.Namespace
	pod.Annotations[batchv1.JobCompletionIndexAnnotation] = "1"
	pod.Spec.Hostname = "work-1"
	mustCreate(t, pod)
	requireRewritten(t, pod, "build")
	require.Equal(t, "1", pod.Annotations[batchv1.JobCompletionIndexAnnotation])
	require.Equal(t, "work-1", pod.Spec.Hostname)
}

func TestOnceMakesAJobOfOnePod(t *testing.T) {
	job := makeAskingJob(makeNamespace(t, optedIn), "fetch, build")
	job.Annotations["orderly.dev/once"] = "true"
	job.Spec.Template.Spec.RestartPolicy = ""
	mustCreate(t, job)
	require.EqualValues(t, 0, *job.Spec.BackoffLimit)
	require.EqualValues(t, 1, *job.Spec.Parallelism)
	require.EqualValues(t, 1, *job.Spec.Completions)
	require.Equal(t, corev1.RestartPolicyNever, job.Spec.Template.Spec.RestartPolicy)
	require.Equal(t, "devel: steps: fetch → build; sidecars: proxy", understood(nextPod(t, job)))
}

func TestASuspendedJobCanBeEditedUntilItStarts(t *testing.T) {
	job := makeAskingJob(makeNamespace(t, optedIn), "fetch, build")
	job.Spec.Suspend = new(true)
	mustCreate(t, job)
	mustUpdate(t, job, func(j *batchv1.Job) { j.Annotations[steps] = "build, fetch" })
	require.Equal(t, "devel: steps: build → fetch; sidecars: proxy", understood(nextPod(t, job)))

	// So does Kueue start a Job.
	mustUpdate(t, job, func(j *batchv1.Job) {
		j.Spec.Suspend = new(false)
		j.Spec.Template.Spec.NodeSelector = map[string]string{"pool": "a"}
		j.Spec.Template.Annotations["kueue.x-k8s.io/podset"] = "main"
	})
	require.Equal(t, "devel: steps: build → fetch; sidecars: proxy", understood(nextPod(t, job)))

	before := mustGet(t, job).Spec.Template
	output := mustKubectl(t, nil, "--namespace", job.Namespace, "annotate", "--overwrite", "job", job.Name, steps+"=fetch")
	require.Contains(t, output, "Warning: orderly.dev/steps: changed too late: a Job's Pods are fixed; delete and create it")
	require.Equal(t, before, mustGet(t, job).Spec.Template)
}

// An older version wrote other bytes, and this one would deny the steps: the Job was made before its namespace opted in.
func TestEveryUpdateOfAJobOfAnOlderVersionWorks(t *testing.T) {
	for _, tc := range []struct {
		name    string
		suspend bool
	}{{"it runs", false}, {"it waits in a queue", true}} {
		t.Run(tc.name, func(t *testing.T) {
			job := makeAskingJob(makeNamespace(t, nil), "nonsense")
			job.Spec.Suspend = new(tc.suspend)
			job.Spec.Template.Annotations = map[string]string{
				fromOwner: `{ "orderly.dev/steps": "nonsense" }`, "orderly.dev/resolved-steps": `["old"]`,
			}
			mustCreate(t, job)
			if !tc.suspend {
				start(t, job)
			}
			optIn(t, job.Namespace)
			want := mustGet(t, job).Spec.Template
			for _, change := range []func(*batchv1.Job){
				func(j *batchv1.Job) { j.Labels = map[string]string{"kueue.x-k8s.io/queue-name": "q"} },
				func(j *batchv1.Job) { j.Annotations["example.com/note"] = "x" },
				func(j *batchv1.Job) { j.Finalizers = append(j.Finalizers, "example.com/x") },
				func(j *batchv1.Job) { j.Spec.Suspend = new(true) },
				func(j *batchv1.Job) { j.Spec.Suspend = new(false) },
				func(j *batchv1.Job) { j.Spec.Parallelism = new(int32(0)) },
				func(j *batchv1.Job) { j.Finalizers = nil },
			} {
				mustUpdate(t, job, change)
				require.Equal(t, want, mustGet(t, job).Spec.Template, "the template stays byte for byte")
			}
			start(t, job)
			mustUpdate(t, job, func(j *batchv1.Job) { j.Annotations[steps] = "worse" })
			require.Equal(t, want, mustGet(t, job).Spec.Template, "the template stays byte for byte")
		})
	}
}

func TestARunningJobCanBeAppliedAgain(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
	}{
		{"by the client", []string{"apply", "-f", "-"}},
		{"by the server", []string{"apply", "--server-side", "-f", "-"}},
		{"by the server, by a second field manager", []string{"apply", "--server-side", "--field-manager", "two", "--force-conflicts", "-f", "-"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			namespace := makeNamespace(t, optedIn)
			first := tc.args
			if len(first) > 4 {
				first = []string{"apply", "--server-side", "-f", "-"}
			}
			mustKubectl(t, makeAskingJob(namespace, "fetch, build"), first...)
			job := makeAskingJob(namespace, "fetch, build")
			start(t, job)
			want := mustGet(t, job).Spec.Template
			job.Labels = map[string]string{"app": "x"}
			mustKubectl(t, job, tc.args...)
			require.Equal(t, "x", mustGet(t, job).Labels["app"])
			require.Equal(t, want, mustGet(t, job).Spec.Template)
			require.NotContains(t, mustKubectl(t, job, tc.args...), "Warning")
		})
	}
}

func TestTheLastStepsOfADeletedJobAreNotSentToTheWebhook(t *testing.T) {
	job := makeAskingJob(makeNamespace(t, optedIn), "fetch, build")
	job.Finalizers = []string{"example.com/x"}
	mustCreate(t, job)
	require.NoError(t, admin.Delete(t.Context(), job))
	before := mustCount(t)
	mustUpdate(t, job, func(j *batchv1.Job) { j.Finalizers = nil })
	require.Equal(t, before, mustCount(t), "the webhook was called")
}

func TestUpdatesOfAJobThatDoesNotAskAreNotSentToTheWebhook(t *testing.T) {
	job := mustCreate(t, makeJob(makeNamespace(t, optedIn)))
	before := mustCount(t)
	mustUpdate(t, job, func(j *batchv1.Job) { j.Spec.Suspend = new(true) })
	start(t, job)
	require.Equal(t, before, mustCount(t), "the webhook was called")
}

func TestTheStatusOfAJobIsNotSentToTheWebhook(t *testing.T) {
	job := mustCreate(t, makeAskingJob(makeNamespace(t, optedIn), "fetch, build"))
	before := mustCount(t)
	start(t, job)
	require.Equal(t, before, mustCount(t), "the webhook was called")
}

func TestServerSideDryRunShowsWhatAJobPassesOn(t *testing.T) {
	job := makeAskingJob(makeNamespace(t, optedIn), "fetch, build")
	require.NoError(t, admin.Create(t.Context(), job, client.DryRunAll))
	require.True(t, strings.Contains(job.Spec.Template.Annotations["orderly.dev/resolved-steps"], `"steps":["fetch","build"]`))
	require.True(t, apierrors.IsNotFound(admin.Get(t.Context(), client.ObjectKeyFromObject(job), job)))
}
