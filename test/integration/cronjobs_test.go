package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// makeCronJob gives a CronJob that asks for these steps itself, or for nothing.
func makeCronJob(namespace, wanted string) *batchv1.CronJob {
	cronJob := &batchv1.CronJob{
		TypeMeta:   metav1.TypeMeta{APIVersion: "batch/v1", Kind: "CronJob"},
		ObjectMeta: metav1.ObjectMeta{Name: "nightly", Namespace: namespace},
		Spec:       batchv1.CronJobSpec{Schedule: "@daily", JobTemplate: batchv1.JobTemplateSpec{Spec: makeJob(namespace).Spec}},
	}
	if wanted != "" {
		cronJob.Annotations = map[string]string{steps: wanted}
	}
	return cronJob
}

// requireNextPod asserts what the webhook understands about the next Pod of the CronJob; empty for one that it leaves alone.
func requireNextPod(t *testing.T, cronJob *batchv1.CronJob, want string) {
	t.Helper()
	require.Equal(t, want, strings.TrimPrefix(understood(nextPod(t, nextJob(t, cronJob))), "devel: "))
}

func TestEveryEditOfACronJobTakesEffectInTheNextPod(t *testing.T) {
	cronJob := mustCreate(t, makeCronJob(makeNamespace(t, optedIn), "fetch, build"))
	requireNextPod(t, cronJob, "steps: fetch → build; sidecars: proxy")
	for _, edit := range []struct {
		name   string
		change func(*batchv1.CronJob)
		want   string
	}{
		{"other steps", func(c *batchv1.CronJob) { c.Annotations[steps] = "[fetch, build]" }, "steps: [fetch build]; sidecars: proxy"},
		{"a container is added", func(c *batchv1.CronJob) {
			spec := &c.Spec.JobTemplate.Spec.Template.Spec
			added := spec.Containers[0]
			added.Name = "test"
			spec.Containers = append(spec.Containers, added)
		}, "steps: [fetch build]; sidecars: proxy test"},
		{"a nearer level asks for other steps", func(c *batchv1.CronJob) {
			c.Spec.JobTemplate.Annotations[steps] = "build"
		}, "steps: build; sidecars: fetch proxy test"},
		{"the template asks for others", func(c *batchv1.CronJob) {
			c.Spec.JobTemplate.Spec.Template.Annotations = map[string]string{steps: "test, build"}
		}, "steps: test → build; sidecars: fetch proxy"},
		{"the template and the Jobs ask for nothing", func(c *batchv1.CronJob) {
			c.Spec.JobTemplate.Spec.Template.Annotations = nil
			delete(c.Spec.JobTemplate.Annotations, steps)
		}, "steps: [fetch build]; sidecars: proxy test"},
		{"the CronJob refuses", func(c *batchv1.CronJob) {
			c.Labels = map[string]string{"orderly.dev/inject": "false"}
			c.Spec.JobTemplate.Spec.Template.Annotations = map[string]string{steps: "test, build"}
		}, ""},
		{"it does not refuse any more", func(c *batchv1.CronJob) {
			c.Labels = nil
			c.Spec.JobTemplate.Spec.Template.Annotations = nil
		}, "steps: [fetch build]; sidecars: proxy test"},
		{"the last annotation is removed", func(c *batchv1.CronJob) { c.Annotations = nil }, ""},
		{"the label asks", func(c *batchv1.CronJob) {
			c.Labels = map[string]string{"orderly.dev/inject": "true"}
		}, "steps: fetch → proxy → build → test"},
	} {
		t.Run(edit.name, func(t *testing.T) {
			mustUpdate(t, cronJob, edit.change)
			requireNextPod(t, cronJob, edit.want)
		})
	}
}

func TestACronJobThatIsAppliedAgainTakesEffect(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
	}{
		{"by the client", []string{"apply", "-f", "-"}},
		{"by the server", []string{"apply", "--server-side", "--field-manager", "one", "-f", "-"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			namespace := makeNamespace(t, optedIn)
			cronJob := makeCronJob(namespace, "fetch, build")
			output := mustKubectl(t, cronJob, tc.args...)
			require.Contains(t, output, "Warning: steps: fetch → build; sidecars: proxy")
			requireNextPod(t, cronJob, "steps: fetch → build; sidecars: proxy")

			mustKubectl(t, makeCronJob(namespace, "build, fetch"), tc.args...)
			requireNextPod(t, cronJob, "steps: build → fetch; sidecars: proxy")

			mustKubectl(t, makeCronJob(namespace, ""), tc.args...)
			requireNextPod(t, cronJob, "")
			require.NotContains(t, mustGet(t, cronJob).Spec.JobTemplate.Annotations, fromOwner)
		})
	}
}

func TestASecondFieldManagerMayAskForMoreOfACronJob(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	apply := func(manager string, object any) {
		mustKubectl(t, object, "apply", "--server-side", "--field-manager", manager, "-f", "-")
	}
	cronJob := makeCronJob(namespace, "fetch, build")
	apply("one", cronJob)
	// The second manager owns one annotation and nothing else.
	second := func(annotations map[string]string) map[string]any {
		return map[string]any{"apiVersion": "batch/v1", "kind": "CronJob",
			"metadata": map[string]any{"name": cronJob.Name, "namespace": namespace, "annotations": annotations}}
	}
	apply("two", second(map[string]string{"orderly.dev/fail-fast": "false"}))
	require.Equal(t, map[string]string{steps: "fetch, build", "orderly.dev/fail-fast": "false"},
		decoded(t, mustGet(t, cronJob).Spec.JobTemplate.Annotations))

	apply("one", makeCronJob(namespace, "build, fetch"))
	require.Equal(t, map[string]string{steps: "build, fetch", "orderly.dev/fail-fast": "false"},
		decoded(t, mustGet(t, cronJob).Spec.JobTemplate.Annotations), "what the first applies leaves the second's wish alone")

	apply("two", second(nil))
	requireNextPod(t, cronJob, "steps: build → fetch; sidecars: proxy")
	require.Equal(t, map[string]string{steps: "build, fetch"}, decoded(t, mustGet(t, cronJob).Spec.JobTemplate.Annotations))
}

func TestAJobMadeByHandFromACronJobIsTold(t *testing.T) {
	cronJob := mustCreate(t, makeCronJob(makeNamespace(t, optedIn), "fetch, build"))
	mustKubectl(t, nil, "--namespace", cronJob.Namespace, "create", "job", "by-hand", "--from=cronjob/"+cronJob.Name)
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: "by-hand", Namespace: cronJob.Namespace}}
	require.Equal(t, "steps: fetch → build; sidecars: proxy", strings.TrimPrefix(understood(nextPod(t, job)), "devel: "))
}

func TestServerSideDryRunShowsWhatACronJobPassesOn(t *testing.T) {
	cronJob := makeCronJob(makeNamespace(t, optedIn), "fetch, build")
	require.NoError(t, admin.Create(t.Context(), cronJob, client.DryRunAll))
	require.Equal(t, map[string]string{steps: "fetch, build"}, decoded(t, cronJob.Spec.JobTemplate.Annotations))
	require.True(t, apierrors.IsNotFound(admin.Get(t.Context(), client.ObjectKeyFromObject(cronJob), cronJob)))
}

func TestACronJobIsDeniedForTheMistakesOfItsPods(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	err := admin.Create(t.Context(), makeCronJob(namespace, "fetch, biuld"))
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	require.ErrorContains(t, err, `admission webhook "cronjobs.orderly.dev" denied the request: CronJob "nightly" is invalid: metadata.annotations[orderly.dev/steps]`)

	cronJob := mustCreate(t, makeCronJob(namespace, "fetch, build"))
	cronJob.Spec.JobTemplate.Spec.Template.Spec.Containers[2].Name = "make"
	err = admin.Update(t.Context(), cronJob)
	require.True(t, apierrors.IsInvalid(err), "%v", err)
}

func TestACronJobThatWouldBeDeniedNowCanStillBeSuspended(t *testing.T) {
	cronJob := makeCronJob(makeNamespace(t, nil), "nonsense")
	mustCreate(t, cronJob)
	optIn(t, cronJob.Namespace)
	output := mustKubectl(t, nil, "--namespace", cronJob.Namespace, "patch", "cronjob", cronJob.Name, "--patch", `{"spec": {"suspend": true}}`)
	require.Contains(t, output, "Warning: left as it is, but its Pods may be denied: metadata.annotations[orderly.dev/steps]")
	require.True(t, *mustGet(t, cronJob).Spec.Suspend)
}

func TestOnceOnACronJobNeedsNoRestartPolicy(t *testing.T) {
	cronJob := makeCronJob(makeNamespace(t, optedIn), "fetch, build")
	cronJob.Annotations["orderly.dev/once"] = "true"
	cronJob.Spec.JobTemplate.Spec.Template.Spec.RestartPolicy = ""
	mustCreate(t, cronJob)
	job := nextJob(t, cronJob)
	require.EqualValues(t, 0, *job.Spec.BackoffLimit)
	require.Equal(t, corev1.RestartPolicyNever, job.Spec.Template.Spec.RestartPolicy)
	require.Nil(t, cronJob.Spec.JobTemplate.Spec.BackoffLimit, "the Jobs are changed, not the CronJob")
	requireNextPod(t, cronJob, "steps: fetch → build; sidecars: proxy")
}

func TestACronJobThatDoesNotAskIsNotSentToTheWebhook(t *testing.T) {
	before := mustCount(t)
	cronJob := mustCreate(t, makeCronJob(makeNamespace(t, optedIn), ""))
	mustUpdate(t, cronJob, func(c *batchv1.CronJob) { c.Spec.Suspend = new(true) })
	require.Equal(t, before, mustCount(t), "the webhook was called")
}

// The API server looks at each annotation, and what that may cost is bounded.
func TestACronJobMayHaveManyAnnotationsOfOthers(t *testing.T) {
	foreign := map[string]string{}
	for i := range 20_000 {
		foreign[fmt.Sprintf("x/%d", i)] = ""
	}
	cronJob := makeCronJob(makeNamespace(t, optedIn), "")
	cronJob.Annotations, cronJob.Spec.JobTemplate.Annotations, cronJob.Spec.JobTemplate.Spec.Template.Annotations = foreign, foreign, foreign
	require.NoError(t, admin.Create(t.Context(), cronJob, client.DryRunAll))
}
