package mutate

import (
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// The annotation orderly.dev/once: "true" on a Job, or on its CronJob: the Job runs exactly one Pod, once. When the Job is made, its
// parallelism and completions become 1, its backoffLimit 0, and its Pods' restartPolicy Never. The API server has filled in
// its defaults by then and nobody can tell them from what a user wrote, so they are replaced; any other value contradicts.

// defaultBackoffLimit is what the API server fills in (SetDefaults_Job).
const defaultBackoffLimit = 6

// checkOnce: the annotation is true or false, and stands where a Job can see it.
func checkOnce(s subject, _ decision) field.ErrorList {
	own := s.levels[0]
	if _, misplaced := own.meta.Annotations[contract.AnnotationOnce]; misplaced {
		return field.ErrorList{field.Forbidden(own.annotationPath(contract.AnnotationOnce),
			"belongs on a Job: move it to the metadata of the Job, or of its CronJob")}
	}
	var once bool
	return readSwitch(s, contract.AnnotationOnce, &once)
}

// wantsOnce gives the annotation where it is "true".
func (s subject) wantsOnce() (wish, bool) {
	w, given := s.wish(contract.AnnotationOnce)
	return w, given && w.text == "true" && s.asks()
}

// runOnce changes a Job's spec, which stands at that path, and reports what contradicts. It does nothing where the subject of the
// Job's template does not want it.
func runOnce(spec *batchv1.JobSpec, path *field.Path, s subject) field.ErrorList {
	w, wanted := s.wantsOnce()
	if !wanted {
		return nil
	}
	o := onceSetter{wish: w}
	o.set(&spec.Parallelism, path.Child("parallelism"), 1, 1)
	o.set(&spec.Completions, path.Child("completions"), 1, 1)
	if spec.BackoffLimitPerIndex != nil {
		o.contradicts(path.Child("backoffLimitPerIndex"), fmt.Sprint(*spec.BackoffLimitPerIndex), "no limit for each index")
	} else {
		o.set(&spec.BackoffLimit, path.Child("backoffLimit"), 0, defaultBackoffLimit)
	}
	switch policy := &spec.Template.Spec.RestartPolicy; *policy {
	case corev1.RestartPolicyAlways, "":
		*policy = corev1.RestartPolicyNever
	case corev1.RestartPolicyOnFailure:
		o.contradicts(path.Child("template", "spec", "restartPolicy"), string(*policy), "Never")
	}
	return o.errs
}

// onceSetter collects what contradicts the wish.
type onceSetter struct {
	wish wish
	errs field.ErrorList
}

// set sets a number where it has the wanted value, the API's default, or none.
func (o *onceSetter) set(number **int32, path *field.Path, wanted, byDefault int32) {
	if n := *number; n != nil && *n != wanted && *n != byDefault {
		o.contradicts(path, fmt.Sprint(*n), fmt.Sprint(wanted))
		return
	}
	*number = new(wanted)
}

func (o *onceSetter) contradicts(path *field.Path, value, wanted string) {
	o.errs = append(o.errs, field.Invalid(path, value, fmt.Sprintf("contradicts %v: \"true\", which means %s; remove one of the two",
		o.wish.path(), wanted)))
}
