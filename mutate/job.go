package mutate

import (
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// Job judges a Job as it comes at CREATE, and writes into its template what its Pods have to know: in orderly.dev/from-owner what the Job
// and its CronJob ask for, in orderly.dev/resolved-steps the names of the template's containers. The Pods are rewritten later,
// one by one; what is reported and warned about here is what they would get. Where the list of errors is not empty the Job is
// to be denied.
//
// With the annotation orderly.dev/once the Job's own fields change too, see once.go.
func Job(job *batchv1.Job, config Config, facts Facts) (Result[*batchv1.Job], field.ErrorList) {
	changed := job.DeepCopy()
	contradictions := runOnce(&changed.Spec, field.NewPath("spec"), jobSubject(job))
	result, errs := rewriteJob(changed, surroundings{config, facts})
	if errs = slices.Concat(contradictions, errs); len(errs) > 0 {
		return Result[*batchv1.Job]{Object: job, Asked: true}, bounded(errs)
	}
	if result.Object == nil {
		result.Object = job
	}
	return result, nil
}

// PodOfJob gives a Pod as the Job's controller will make it, without a name, so that what is known about its surroundings can be found
// out before the Job is judged. It shares its spec with the Job.
func PodOfJob(job *batchv1.Job) *corev1.Pod {
	return jobSubject(job).pod(job.Namespace)
}

func jobSubject(job *batchv1.Job) subject {
	s := templateSubject(&job.Spec.Template, field.NewPath("spec", "template"),
		level{meta: &job.ObjectMeta, path: field.NewPath("metadata")})
	s.maker = maker{"Job", job.Name}
	return s
}

// templateSubject is a template with the owners that are seen, the nearest first.
func templateSubject(template *corev1.PodTemplateSpec, path *field.Path, above ...level) subject {
	return subject{
		meta:  &template.ObjectMeta,
		spec:  &template.Spec,
		path:  path,
		owner: listOwner(&template.Spec),
	}.withWishes(above...)
}

// pod gives a Pod as it will be made of a template.
func (s subject) pod(namespace string) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: *s.meta.DeepCopy(), Spec: *s.spec}
	pod.Namespace = namespace
	setAnnotation(&pod.ObjectMeta, contract.AnnotationFromOwner, s.toldPod().encode())
	return pod
}

// rewriteJob judges a Job and writes into its template, in place. Where there was nothing to write the result has no object.
func rewriteJob(job *batchv1.Job, around surroundings) (Result[*batchv1.Job], field.ErrorList) {
	s := jobSubject(job)
	template := &job.Spec.Template.ObjectMeta
	changed := setAnnotation(template, contract.AnnotationFromOwner, s.told().encode())
	if !s.asks() {
		return s.leftAlone(job, setAnnotation(template, contract.AnnotationResolvedSteps, "") || changed), nil
	}
	d, errs := decide(s, around.config)
	if len(errs) > 0 {
		return Result[*batchv1.Job]{}, errs
	}
	said := s.preview(d, around)
	owner := ownerList{Containers: d.owner.Containers, Steps: d.plan.names()}
	text, err := owner.encode()
	if err != nil {
		return Result[*batchv1.Job]{}, field.ErrorList{field.InternalError(s.path, fmt.Errorf("writing %s: %w", contract.AnnotationResolvedSteps, err))}
	}
	setAnnotation(template, contract.AnnotationResolvedSteps, text)
	warnings := cutWarnings(slices.Concat(said.warnings, jobWarnings(&job.Spec, d)))
	return Result[*batchv1.Job]{Object: job, Asked: true, Summary: said.summary, Warnings: warnings}, nil
}

// preview rewrites a Pod as the template's owner will make it, to know what is to be said about it.
func (s subject) preview(d decision, around surroundings) report {
	return apply(s.pod(metav1.NamespaceNone).DeepCopy(), d, around)
}

// leftAlone is the answer to a Job that does not ask. A refusal that changed the template is worth a word.
func (s subject) leftAlone(job *batchv1.Job, changed bool) Result[*batchv1.Job] {
	if !changed {
		return Result[*batchv1.Job]{}
	}
	result := Result[*batchv1.Job]{Object: job}
	if told := s.told(); len(told) > 0 {
		result.Summary = fmt.Sprintf("steps: none, because of the label %s: %q", contract.LabelInject, contract.InjectNo)
		result.Warnings = []string{result.Summary}
	}
	return result
}
