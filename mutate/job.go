package mutate

import (
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// Job judges a Job whose template asks, as it comes at CREATE, and writes the names of the template's containers into it. The Pods
// are rewritten later, one by one; what it reports and warns about is what they would get. Where the list of errors is not
// empty the Job is to be denied.
//
// The label orderly.dev/inject: "false" on the Job is written into a template that asks, because a Pod knows only its template.
func Job(job *batchv1.Job, config Config) (Result[*batchv1.Job], field.ErrorList) {
	template := &job.Spec.Template
	asks := contract.Asks(template.Labels, template.Annotations)
	switch {
	case job.Labels[contract.LabelInject] == contract.InjectNo && asks:
		return refuseForPods(job), nil
	case job.Labels[contract.LabelInject] == contract.InjectNo, template.Labels[contract.LabelInject] == contract.InjectNo:
		return Result[*batchv1.Job]{Object: job}, nil
	}
	errs := checkJobMetadata(job)
	if !asks && len(errs) == 0 {
		return Result[*batchv1.Job]{Object: job}, nil
	}
	var d decision
	if asks {
		var ofTemplate field.ErrorList
		d, ofTemplate = decide(templateSubject(template, field.NewPath("spec", "template")), config)
		errs = append(errs, ofTemplate...)
	}
	if len(errs) > 0 {
		return Result[*batchv1.Job]{Object: job, Asked: true}, bounded(errs)
	}
	return resolve(job, d, config)
}

func templateSubject(template *corev1.PodTemplateSpec, path *field.Path) subject {
	return subject{
		meta:  &template.ObjectMeta,
		spec:  &template.Spec,
		path:  path,
		owner: listOwner(&template.Spec),
	}
}

// checkJobMetadata: what a user asks for stands on the template. Asking on the Job itself is not supported yet.
func checkJobMetadata(job *batchv1.Job) field.ErrorList {
	var errs field.ErrorList
	path := field.NewPath("metadata")
	for _, name := range userAnnotations(job.Annotations) {
		errs = append(errs, field.Forbidden(path.Child("annotations").Key(keyOf(name)), notOnJob))
	}
	if value, given := job.Labels[contract.LabelInject]; given && value != contract.InjectNo {
		errs = append(errs, field.Forbidden(path.Child("labels").Key(contract.LabelInject), notOnJob))
	}
	return errs
}

const notOnJob = "not supported yet on a Job; put it on spec.template.metadata"

// resolve rewrites a Pod as the Job will make it, to know what is to be said about it, and writes the owner's list.
func resolve(job *batchv1.Job, d decision, config Config) (Result[*batchv1.Job], field.ErrorList) {
	changed := job.DeepCopy()
	template := &changed.Spec.Template
	pod := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: *template.Spec.DeepCopy()}
	done := apply(pod, d, config)

	owner := ownerList{Containers: d.owner.Containers, Steps: d.plan.names()}
	text, err := owner.encode()
	if err != nil {
		return Result[*batchv1.Job]{Object: job, Asked: true}, field.ErrorList{field.InternalError(
			field.NewPath("spec", "template"), fmt.Errorf("writing %s: %w", contract.AnnotationResolvedSteps, err))}
	}
	template.Annotations[contract.AnnotationResolvedSteps] = text
	return Result[*batchv1.Job]{Object: changed, Asked: true, Summary: done.summary, Warnings: done.warnings}, nil
}

// refuseForPods takes the Job's refusal down to its Pods.
func refuseForPods(job *batchv1.Job) Result[*batchv1.Job] {
	changed := job.DeepCopy()
	if changed.Spec.Template.Labels == nil {
		changed.Spec.Template.Labels = map[string]string{}
	}
	changed.Spec.Template.Labels[contract.LabelInject] = contract.InjectNo
	text := fmt.Sprintf("steps: none, because the Job has the label %s: %q", contract.LabelInject, contract.InjectNo)
	return Result[*batchv1.Job]{Object: changed, Asked: true, Summary: text, Warnings: []string{text}}
}
