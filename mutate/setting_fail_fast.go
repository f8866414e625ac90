package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// The annotation orderly.dev/fail-fast, true by default: the first failure in a stage ends the other steps of the stage.
//
// It counts where the restartPolicy is Never. Under OnFailure a step that fails is started again by the kubelet, so its failure
// is not final, and ends nobody.

// failFast is the annotation.
type failFast struct {
	// on is what it says, given whether somebody wrote it.
	on, given bool
}

// holds reports whether failures end siblings in such a Pod.
func (f failFast) holds(spec *corev1.PodSpec) bool {
	return f.on && spec.RestartPolicy == corev1.RestartPolicyNever
}

func readFailFast(s subject, all *settings) field.ErrorList {
	all.failFast.on = true
	_, all.failFast.given = s.wish(contract.AnnotationFailFast)
	return readSwitch(s, contract.AnnotationFailFast, &all.failFast.on)
}

// siblings gives, for each step, those whose failure ends it: the other steps of its stage that can run beside it. Only a step
// that runs on success is ended, because the others are there for when something fails; and one with onError: continue ends
// nobody, because its failure is none.
func (p plan) siblings(on bool) []set {
	siblings := make([]set, len(p.steps))
	if !on {
		return siblings
	}
	for i := range p.steps {
		if !p.steps[i].form.runsOnSuccess() {
			continue
		}
		for j := range p.steps {
			other := &p.steps[j]
			if other.stage == p.steps[i].stage && other.form.onError != contract.ErrorContinues && p.graph.independent(i, j) {
				siblings[i].add(j)
			}
		}
	}
	return siblings
}
