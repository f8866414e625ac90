package ending

import (
	"math"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/sidecarstop/podview"
)

// Owner is the Job that owns a Pod. It matters for a swap of an image under restartPolicy OnFailure, because that is a restart.
//
// The Job controller adds up the restarts of all containers, init containers too, of all Pods of the Job that are Pending or Running, and ends the Job when the
// sum reaches backoffLimit; where that is 0, with the first (kubernetes/pkg/controller/job/job_controller.go, pastBackoffLimitOnFailure).
type Owner struct {
	// BackoffLimit is spec.backoffLimit of the Job.
	BackoffLimit int32
	// Restarts is the sum of [Restarts] over the Pods of the Job.
	Restarts int32
}

// affords reports whether the Job goes on after so many more restarts.
func (o Owner) affords(more int) bool {
	return int64(o.Restarts)+int64(more) < int64(o.BackoffLimit)
}

// Restarts is what a Pod adds to [Owner.Restarts]: the restarts of its containers, and those that swaps of images cause but that the kubelet has not
// reported yet. A Pod that has finished adds nothing.
func Restarts(v podview.View, nopImage string) int32 {
	if v.IsFinished() {
		return 0
	}
	q := ask(v, Facts{Settings: Settings{NopImage: nopImage}})
	var sum int64
	for _, c := range v.Containers {
		sum += int64(max(c.Status.RestartCount, 0))
		if c.Role == podview.Regular && q.isSwapped(c) && !c.EndedForGood() {
			sum++
		}
	}
	return int32(min(sum, math.MaxInt32))
}

// AsksOwner reports whether [Facts.Owner] matters for a Pod now: a Job owns it, its restartPolicy is OnFailure, every step has ended, and a sidecar is left that
// only a swap of its image stops.
func AsksOwner(v podview.View) bool {
	if v.Pod.Spec.RestartPolicy != corev1.RestartPolicyOnFailure || !v.IsAlive() || !isOfJob(v.Pod) {
		return false
	}
	left := func(c podview.Container) bool { return c.Role == podview.Regular && !c.EndedForGood() }
	return ask(v, Facts{}).stepsEnded && slices.ContainsFunc(v.Containers, left)
}

// isOfJob reports whether the controller of a Pod is a Job.
func isOfJob(pod *corev1.Pod) bool {
	owner := metav1.GetControllerOfNoCopy(pod)
	return owner != nil && owner.Kind == "Job" && strings.HasPrefix(owner.APIVersion, "batch/")
}
