package integration

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

func TestAJobsTemplateIsToldItsContainers(t *testing.T) {
	job := makeJob(makeNamespace(t, optedIn), withSteps())
	template := job.Spec.Template.DeepCopy()
	mustCreate(t, job)
	resolved := job.Spec.Template.Annotations["orderly.dev/resolved-steps"]
	for _, name := range []string{"fetch", "proxy", "build"} {
		require.Contains(t, resolved, name)
	}
	for i, c := range template.Spec.Containers {
		require.Equal(t, c.Command, job.Spec.Template.Spec.Containers[i].Command, "the Pods are rewritten, not the template")
	}
}

func TestThePodOfAJobIsRewrittenLikeAnyOther(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	job := mustCreate(t, makeJob(namespace, withSteps()))
	pod := &corev1.Pod{ObjectMeta: job.Spec.Template.ObjectMeta, Spec: job.Spec.Template.Spec}
	pod.Namespace, pod.GenerateName = namespace, "work-"
	mustCreate(t, pod)
	requireRewritten(t, pod, "build")
}

func TestAJobIsDeniedForTheMistakesOfItsPods(t *testing.T) {
	job := makeJob(makeNamespace(t, optedIn), annotated(map[string]string{"orderly.dev/steps": "fetch, biuld, fetch"}))
	err := admin.Create(t.Context(), job)
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	require.ErrorContains(t, err, `admission webhook "jobs.orderly.dev" denied the request: Job "work" is invalid:`)
	require.ErrorContains(t, err, "* spec.template.metadata.annotations[orderly.dev/steps]")
}

func TestAJobThatDoesNotAskIsNotSentToTheWebhook(t *testing.T) {
	before := mustCount(t)
	mustCreate(t, makeJob(makeNamespace(t, optedIn)))
	require.Equal(t, before, mustCount(t), "the webhook was called")
}
