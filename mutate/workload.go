package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// Workload is what Orderly reads of a Deployment, StatefulSet, DaemonSet or ReplicaSet. They are only judged, so that mistakes show when
// they are applied, not when a Pod of theirs is denied.
type Workload struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              WorkloadSpec `json:"spec"`
}

// WorkloadSpec holds the template of the Pods.
type WorkloadSpec struct {
	Template corev1.PodTemplateSpec `json:"template"`
}

// JudgeWorkload judges a workload as it comes at CREATE, by what its Pods would get. The result has the workload as it came: its
// warnings count.
func JudgeWorkload(w *Workload, config Config, facts Facts) (Result[*Workload], field.ErrorList) {
	s := w.subject()
	result := Result[*Workload]{Object: w}
	if s.levels[0].refuses() {
		return result, nil
	}
	errs := checkOwnMetadata(level{meta: &w.ObjectMeta, path: field.NewPath("metadata")})
	if !s.asks() {
		result.Asked = len(errs) > 0
		return result, bounded(errs)
	}
	result.Asked = true
	d, ofTemplate := decide(s, config)
	if errs = append(errs, ofTemplate...); len(errs) > 0 {
		return result, bounded(errs)
	}
	said := s.preview(d, surroundings{config, facts})
	result.Summary, result.Warnings = said.summary, said.warnings
	return result, nil
}

// JudgeWorkloadUpdate judges a workload as it comes at UPDATE, in the place of the old one. One that Orderly reads like the old one is not
// judged at all: it can always be scaled and restarted.
func JudgeWorkloadUpdate(w, old *Workload, config Config, facts Facts) (Result[*Workload], field.ErrorList) {
	if w.DeletionTimestamp != nil || WorkloadsAlike(w, old) {
		return Result[*Workload]{Object: w}, nil
	}
	return JudgeWorkload(w, config, facts)
}

// PodOfWorkload gives a Pod as the workload will make it, without a name, see [PodOfJob].
func PodOfWorkload(w *Workload) *corev1.Pod {
	return w.subject().pod(w.Namespace)
}

// subject of a workload is its template by itself: nothing of the object's own metadata reaches a Pod.
func (w *Workload) subject() subject {
	s := templateSubject(&w.Spec.Template, field.NewPath("spec", "template"))
	s.ofWorkload = true
	s.maker = maker{w.Kind, w.Name}
	return s
}

// WorkloadsAlike reports whether Orderly reads the same from two versions of a workload, so that an update cannot be denied.
func WorkloadsAlike(w, old *Workload) bool {
	withOwn := func(w *Workload) subject {
		return templateSubject(&w.Spec.Template, field.NewPath("spec", "template"), level{meta: &w.ObjectMeta, path: field.NewPath("metadata")})
	}
	return len(changedKeys(withOwn(old), withOwn(w))) == 0 && equality.Semantic.DeepEqual(old.Spec.Template.Spec, w.Spec.Template.Spec)
}

// checkOwnMetadata: nothing is asked for on the workload itself, where no Pod would learn of it.
func checkOwnMetadata(own level) field.ErrorList {
	var errs field.ErrorList
	for _, name := range userAnnotations(own.meta.Annotations) {
		errs = append(errs, field.Forbidden(own.annotationPath(name), notOnWorkload))
	}
	if _, given := own.meta.Labels[contract.LabelInject]; given {
		errs = append(errs, field.Forbidden(own.labelPath(contract.LabelInject), notOnWorkload))
	}
	return errs
}

const notOnWorkload = "belongs in spec.template.metadata, which its Pods are made from"
