package mutate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// JobUpdate judges a Job as it comes at UPDATE, in the place of the old one. The API server lets the template change only as long as
// the Job was suspended and has not started; until then it is written to as at CREATE, without the fields that orderly.dev/once sets.
// After that nothing is written, whatever this version would write, and nothing is denied: an edit of what Orderly reads
// is warned about, because it comes too late.
//
// A Job that waits is denied only for what the update itself changed: whoever starts it must be able to, also when a newer
// version has more to object to.
func JobUpdate(job, old *batchv1.Job, config Config, facts Facts) (Result[*batchv1.Job], field.ErrorList) {
	if job.DeletionTimestamp != nil {
		return Result[*batchv1.Job]{Object: job}, nil
	}
	kept := Result[*batchv1.Job]{Object: keepTemplate(job, old)}
	changes := changedKeys(jobSubject(old), jobSubject(job))
	if isFixed(old) {
		if len(changes) > 0 {
			kept.Warnings = cutWarnings([]string{strings.Join(changes, ", ") +
				": changed too late: a Job's Pods are fixed; delete and create it"})
		}
		return kept, nil
	}
	changed := job.DeepCopy()
	result, errs := rewriteJob(changed, surroundings{config, facts})
	switch {
	case len(errs) > 0 && len(changes) > 0:
		return Result[*batchv1.Job]{Object: job, Asked: true}, bounded(errs)
	case len(errs) > 0:
		kept.Warnings = tolerated(errs)
		return kept, nil
	case result.Object == nil:
		result.Object = job
	}
	if onceIsTooLate(job) {
		result.Warnings = append(result.Warnings, contract.AnnotationOnce+
			": changes a Job only when it is made, and this one differs; delete and create it")
	}
	return result, nil
}

// JobsAlike reports whether an update of a Job cannot be denied: its template cannot change any more, or nothing that a user asks for
// has changed.
func JobsAlike(job, old *batchv1.Job) bool {
	return isFixed(old) || len(changedKeys(jobSubject(old), jobSubject(job))) == 0
}

// isFixed reports whether the API server refuses every change of a Job's template: it is not suspended, or it has started.
func isFixed(job *batchv1.Job) bool {
	return job.Spec.Suspend == nil || !*job.Spec.Suspend || job.Status.StartTime != nil
}

// onceIsTooLate reports whether orderly.dev/once holds for a Job, but the Job is not as it would have been made.
func onceIsTooLate(job *batchv1.Job) bool {
	once := job.Spec.DeepCopy()
	contradictions := runOnce(once, field.NewPath("spec"), jobSubject(job))
	return len(contradictions) > 0 || !equality.Semantic.DeepEqual(&job.Spec, once)
}

// keepTemplate gives the Job with what Orderly wrote into the old one's template. Whoever applies a Job as they wrote it does
// not know of it, and would be refused for a change that they did not mean.
func keepTemplate(job, old *batchv1.Job) *batchv1.Job {
	kept := job.DeepCopy()
	if !keepWritten(&kept.Spec.Template.ObjectMeta, &old.Spec.Template.ObjectMeta) {
		return job
	}
	return kept
}

// keepWritten puts the annotations back that Orderly writes for those below, and reports whether that changed anything.
func keepWritten(meta, old *metav1.ObjectMeta) bool {
	changed := false
	for _, name := range []string{contract.AnnotationFromOwner, contract.AnnotationResolvedSteps} {
		changed = setAnnotation(meta, name, old.Annotations[name]) || changed
	}
	return changed
}

// changedKeys names what users ask for differently in two versions of an object, at any level of it.
func changedKeys(old, s subject) []string {
	changed := map[string]bool{}
	for i := range s.levels {
		before, after := old.levels[i].own(), s.levels[i].own()
		for name, text := range before {
			if now, still := after[name]; !still || now != text {
				changed[name] = true
			}
		}
		for name := range after {
			if _, known := before[name]; !known {
				changed[name] = true
			}
		}
	}
	outermost := len(s.levels) - 1
	if old.levels[outermost].meta.Annotations[contract.AnnotationFromOwner] != s.levels[outermost].meta.Annotations[contract.AnnotationFromOwner] {
		changed[contract.AnnotationFromOwner] = true
	}
	return slices.Sorted(maps.Keys(changed))
}

// tolerated are the warnings about an object that would be denied if it were made now.
func tolerated(errs field.ErrorList) []string {
	text := fmt.Sprintf("left as it is, but its Pods may be denied: %v", bounded(errs)[0])
	return cutWarnings([]string{text})
}
