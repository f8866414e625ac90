package ending

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// "InvalidImageName, ErrImageNeverPull at once; ImagePullBackOff, CreateContainerConfigError, CreateContainerError, RunContainerError,
// SignatureValidationFailed, CrashLoopBackOff after a grace. ErrImagePull, ImageInspectError, RegistryUnavailable, sandbox errors are transient."
//
// The reasons are those of the kubelet (kubernetes/pkg/kubelet/images/types.go, kuberuntime/kuberuntime_container.go, container/sync_result.go) and
// of the runtime interface (cri-api/pkg/errors). Whatever is in neither list here, also what Kubernetes invents later, is transient: it starts
// no clock, and it stops none, because between two tries to pull an image the kubelet shows ErrImagePull.

// hopelessReasons never pass unless somebody changes the Pod.
var hopelessReasons = []string{"InvalidImageName", "ErrImageNeverPull"}

// gracedReasons may pass by themselves.
var gracedReasons = [...]string{
	noImage: "ImagePullBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "SignatureValidationFailed", crashLoop: "CrashLoopBackOff",
}

// Indexes of gracedReasons.
const (
	noImage   = 0
	crashLoop = 5
)

// toleratedMessages are of failures to create a container that pass: a volume that is not there yet, and a runtime that is busy.
var toleratedMessages = []string{"failed to create subPath directory", "context deadline exceeded"}

// toleratedReasons are the waiting reasons whose messages are looked at.
var toleratedReasons = []string{"CreateContainerConfigError", "CreateContainerError"}

// waitingOf is what a container waits for, nil where it does not. Between two crashes the kubelet shows how the last one ended, and CrashLoopBackOff for no
// longer than a moment before the container is started again (seen with 1.37). So one that was started again before, ended badly and will be started
// once more, counts as in that loop.
func (q question) waitingOf(c podview.Container) *corev1.ContainerStateWaiting {
	ended := c.Status.State.Terminated
	if ended == nil || ended.ExitCode == contract.ExitOK || c.EndedForGood() || c.Status.RestartCount == 0 {
		return withReason(c.Status.State.Waiting)
	}
	return &corev1.ContainerStateWaiting{Reason: gracedReasons[crashLoop], Message: "it ends with " + causeOf(q.Pod, ended)}
}

// withReason gives a reason to what has a sentence in its place. So the kubelet shows what stops it before it asks for an image, such as imagePullSecrets in which
// a password is not encoded as it should be (kubernetes/pkg/kubelet/images/image_manager.go, EnsureImageExists): nothing is pulled, and there is no
// ImagePullBackOff however long that lasts.
func withReason(waiting *corev1.ContainerStateWaiting) *corev1.ContainerStateWaiting {
	if waiting == nil || !strings.Contains(waiting.Reason, " ") {
		return waiting
	}
	return &corev1.ContainerStateWaiting{Reason: gracedReasons[noImage], Message: waiting.Reason}
}

// graced is the index in gracedReasons of what a container waits for now, -1 where that starts no clock.
func (q question) graced(c podview.Container) int {
	waiting := q.waitingOf(c)
	if waiting == nil || isTolerated(waiting) {
		return -1
	}
	i := slices.Index(gracedReasons[:], waiting.Reason)
	if i == crashLoop && !q.mindsCrashes(c) {
		return -1
	}
	return i
}

func isTolerated(waiting *corev1.ContainerStateWaiting) bool {
	return slices.Contains(toleratedReasons, waiting.Reason) &&
		slices.ContainsFunc(toleratedMessages, func(part string) bool { return strings.Contains(waiting.Message, part) })
}

// mindsCrashes reports whether a container that crashes again and again has to end the Pod: an init container, before which nothing else starts, and a
// sidecar whose last exit was not 0, while there are steps that it serves. How often a step may crash is said by the Job's backoffLimit, and so it is for
// the containers of a Pod without steps.
func (q question) mindsCrashes(c podview.Container) bool {
	last := lastEndOf(c)
	switch failed := last != nil && last.ExitCode != contract.ExitOK; {
	case c.Role == podview.Initial || c.Role == podview.Waiter:
		return true
	case c.Role == podview.Step:
		return false
	case len(q.steps) > 0:
		return failed && !q.stepsEnded
	default:
		return failed && c.Role == podview.Native && q.Pod.Status.Phase == corev1.PodPending
	}
}

// cannotStart finds the first container that will never start. Where there is none, it says how long until one has had its time.
func (q question) cannotStart() (grounds, time.Duration) {
	var again time.Duration
	for _, c := range q.Containers {
		waiting := q.waitingOf(c)
		if waiting == nil || q.stepsEnded && q.isSwapped(c) {
			// The work of a Pod is not lost because what should stop a sidecar does not start.
			continue
		}
		if slices.Contains(hopelessReasons, waiting.Reason) {
			return grounds{waiting.Reason, fmt.Sprintf("container %s cannot start: %s", c.Name, reasonOf(c, waiting))}, 0
		}
		i := q.graced(c)
		if i < 0 {
			continue
		}
		patience := q.patience(gracedReasons[i])
		left := patience - q.elapsed(q.Troubles[c.Name].waiting[i])
		if left <= 0 {
			return grounds{waiting.Reason, fmt.Sprintf("container %s cannot start, for %s now: %s", c.Name, patience, reasonOf(c, waiting))}, 0
		}
		again = sooner(again, left)
	}
	return grounds{}, again
}

// patience is how long a reason may last.
func (q question) patience(reason string) time.Duration {
	if patience, configured := q.Patience[reason]; configured {
		return max(patience, 0)
	}
	return DefaultPatience
}

// reasonOf quotes the cloner, which says why it crashes, and for any other container the kubelet.
func reasonOf(c podview.Container, waiting *corev1.ContainerStateWaiting) string {
	last := lastEndOf(c)
	if waiting.Reason == gracedReasons[crashLoop] && last != nil {
		if word := voice.ClonersWord(c, last, maxClonersWord); word != "" {
			return waiting.Reason + ": " + word
		}
	}
	return withQuote(waiting.Reason, waiting.Message)
}
