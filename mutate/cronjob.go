package mutate

import (
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// CronJob judges a CronJob as it comes at CREATE, by what the Pods of its Jobs would get, and writes into the metadata of its Jobs, in
// orderly.dev/from-owner, what it asks for. The rest is done when a Job is made. Where the list of errors is not empty the
// CronJob is to be denied.
//
// With the annotation orderly.dev/once a restartPolicy of Always, which is the default, becomes Never, because the API server accepts
// no other. The other fields are set on the Job, so that they are gone when the annotation is.
func CronJob(cronJob *batchv1.CronJob, config Config, facts Facts) (Result[*batchv1.CronJob], field.ErrorList) {
	changed := cronJob.DeepCopy()
	s := cronJobSubject(changed)
	told := setAnnotation(&changed.Spec.JobTemplate.ObjectMeta, contract.AnnotationFromOwner, s.told().encode())
	if !s.asks() {
		if !told {
			changed = cronJob
		}
		return Result[*batchv1.CronJob]{Object: changed}, nil
	}
	judged := changed.DeepCopy()
	path := field.NewPath("spec", "jobTemplate", "spec")
	errs := runOnce(&judged.Spec.JobTemplate.Spec, path, s)
	s = cronJobSubject(judged)
	d, ofTemplate := decide(s, config)
	if errs = slices.Concat(errs, ofTemplate); len(errs) > 0 {
		return Result[*batchv1.CronJob]{Object: cronJob, Asked: true}, bounded(errs)
	}
	changed.Spec.JobTemplate.Spec.Template.Spec.RestartPolicy = s.spec.RestartPolicy
	said := s.preview(d, surroundings{config, facts})
	warnings := cutWarnings(slices.Concat(said.warnings, jobWarnings(&judged.Spec.JobTemplate.Spec, d)))
	return Result[*batchv1.CronJob]{Object: changed, Asked: true, Summary: said.summary, Warnings: warnings}, nil
}

// CronJobUpdate judges a CronJob as it comes at UPDATE, in the place of the old one: like [CronJob], so that an edit takes effect in
// the next Job. It is denied only where the update changed something that Orderly reads: it can always be suspended.
func CronJobUpdate(cronJob, old *batchv1.CronJob, config Config, facts Facts) (Result[*batchv1.CronJob], field.ErrorList) {
	if cronJob.DeletionTimestamp != nil {
		return Result[*batchv1.CronJob]{Object: cronJob}, nil
	}
	result, errs := CronJob(cronJob, config, facts)
	if len(errs) == 0 || !CronJobsAlike(cronJob, old) {
		return result, errs
	}
	kept := cronJob.DeepCopy()
	setAnnotation(&kept.Spec.JobTemplate.ObjectMeta, contract.AnnotationFromOwner, old.Spec.JobTemplate.Annotations[contract.AnnotationFromOwner])
	return Result[*batchv1.CronJob]{Object: kept, Asked: true, Warnings: tolerated(errs)}, nil
}

// CronJobsAlike reports whether Orderly reads the same from two versions of a CronJob, so that an update cannot be denied.
func CronJobsAlike(a, b *batchv1.CronJob) bool {
	if len(changedKeys(cronJobSubject(a), cronJobSubject(b))) > 0 {
		return false
	}
	specs := [2]*batchv1.JobSpec{a.Spec.JobTemplate.Spec.DeepCopy(), b.Spec.JobTemplate.Spec.DeepCopy()}
	for _, spec := range specs {
		spec.Template.ObjectMeta = metav1.ObjectMeta{}
	}
	return equality.Semantic.DeepEqual(specs[0], specs[1])
}

// PodOfCronJob gives a Pod as the Jobs of a CronJob will make it, without a name, see [PodOfJob].
func PodOfCronJob(cronJob *batchv1.CronJob) *corev1.Pod {
	return cronJobSubject(cronJob).pod(cronJob.Namespace)
}

func cronJobSubject(cronJob *batchv1.CronJob) subject {
	jobs := field.NewPath("spec", "jobTemplate")
	return templateSubject(&cronJob.Spec.JobTemplate.Spec.Template, jobs.Child("spec", "template"),
		level{meta: &cronJob.Spec.JobTemplate.ObjectMeta, path: jobs.Child("metadata")},
		level{meta: &cronJob.ObjectMeta, path: field.NewPath("metadata")})
}
