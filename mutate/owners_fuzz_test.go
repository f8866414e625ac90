package mutate_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

// scatter makes a CronJob of a Pod, with each of its annotations, and its label, at one of the three levels.
func scatter(g generator, pod *corev1.Pod) *batchv1.CronJob {
	cronJob := &batchv1.CronJob{}
	jobs := &cronJob.Spec.JobTemplate
	template := &jobs.Spec.Template
	template.Spec = *pod.Spec.DeepCopy()
	for _, name := range slices.Sorted(maps.Keys(pod.Annotations)) {
		if name == contract.AnnotationResolvedSteps {
			continue
		}
		to := []*map[string]string{&cronJob.Annotations, &jobs.Annotations, &template.Annotations}[g.IntN(3)]
		set(to, name, pod.Annotations[name])
	}
	if value, labelled := pod.Labels[contract.LabelInject]; labelled {
		set([]*map[string]string{&cronJob.Labels, &jobs.Labels, &template.Labels}[g.IntN(3)], contract.LabelInject, value)
	}
	return cronJob
}

func set(keys *map[string]string, name, text string) {
	if *keys == nil {
		*keys = map[string]string{}
	}
	(*keys)[name] = text
}

// jobOf makes a Job as the CronJob's controller does, and podOf a Pod as the Job's.
func jobOf(cronJob *batchv1.CronJob) *batchv1.Job {
	template := cronJob.Spec.JobTemplate.DeepCopy()
	return &batchv1.Job{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
}

func podOf(job *batchv1.Job) *corev1.Pod {
	template := job.Spec.Template.DeepCopy()
	return &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
}

// mustDecide rewrites an object twice, which must be as good as once, and leaves it untouched.
func mustDecide[T interface{ DeepCopy() T }](
	t *testing.T, object T, decide func(T, mutate.Config, mutate.Facts) (mutate.Result[T], field.ErrorList),
) mutate.Result[T] {
	t.Helper()
	before := object.DeepCopy()
	result, errs := decide(object, makeConfig(), mutate.Facts{})
	require.Empty(t, errs)
	requireEqual(t, before, object, "the input was changed")
	again, errs := decide(result.Object, makeConfig(), mutate.Facts{})
	require.Empty(t, errs)
	requireEqual(t, result.Object, again.Object, "rewriting twice is not rewriting once")
	require.Equal(t, result.Warnings, again.Warnings)
	return result
}

func FuzzItDoesNotMatterWhichOwnerAsks(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod := g.pod()
		cronJob := mustDecide(t, scatter(g, pod), mutate.CronJob)
		job := mustDecide(t, jobOf(cronJob.Object), mutate.Job)
		require.Equal(t, cronJob.Summary, job.Summary)
		got := mustMutate(t, podOf(job.Object), makeConfig())

		direct := pod.DeepCopy()
		direct.Annotations[contract.AnnotationResolvedSteps] = job.Object.Spec.Template.Annotations[contract.AnnotationResolvedSteps]
		want := mustMutate(t, direct, makeConfig())
		requireEqual(t, want.Spec, got.Spec, "asking on the Pod and asking on its owners are not the same")
		require.Equal(t, want.Annotations[contract.AnnotationStatus], got.Annotations[contract.AnnotationStatus])
		require.Equal(t, want.Annotations[contract.AnnotationReady], got.Annotations[contract.AnnotationReady])
	})
}

func FuzzARunningJobIsNeverDeniedOrChanged(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		old := jobOf(scatter(g, g.pod()))
		set(&old.Spec.Template.Annotations, contract.AnnotationResolvedSteps, "of an older version")
		job := old.DeepCopy()
		set(&job.Annotations, contract.AnnotationSteps, "nonsense [")
		if g.chance(50) {
			delete(job.Spec.Template.Annotations, contract.AnnotationResolvedSteps)
		}
		result, errs := mutate.JobUpdate(job, old, makeConfig(), mutate.Facts{})
		require.Empty(t, errs)
		require.Len(t, result.Warnings, 1)
		requireEqual(t, old.Spec, result.Object.Spec, "the template stays byte for byte")
	})
}

// Whatever stands in the annotation, a Pod is denied, left alone or rewritten, and one that is rewritten stays as it is.
func FuzzAnyWishesOfAnOwnerAreJudged(f *testing.F) {
	for _, text := range []string{`{}`, `[]`, `null`, `{"orderly.dev/steps":"a"}`, `{"orderly.dev/inject":"false"}`, `{"orderly.dev/steps":1}`,
		`{"orderly.dev/ready":"READY"}`, `{"a":"b"}`, `{"orderly.dev/steps":"a"} x`, `{"orderly.dev/x\n":"\u0000"}`, ``} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pod := makePod("a", "a", "b")
		pod.Annotations = map[string]string{contract.AnnotationFromOwner: text}
		result, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
		requireSmall(t, errs)
		if len(errs) > 0 || !result.Asked {
			require.Same(t, pod, result.Object)
			return
		}
		requireEqual(t, result.Object, mustMutate(t, result.Object, makeConfig()), "rewriting twice is not rewriting once")
		require.Equal(t, text, result.Object.Annotations[contract.AnnotationFromOwner])
	})
}
