package voice

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// What the steps of a Pod came to together. It is about the steps alone, so that it stays as it is whatever becomes of sidecars afterwards.

// outcomeOf joins the ends of all steps.
func outcomeOf(v podview.View, steps []step) string {
	_, cancelled := cancelOf(v)
	outcome := Succeeded
	for _, s := range steps {
		switch {
		case !s.status.isTrouble():
		case cancelled && (s.wasCancelledWithPod() || s.wasEndedWithPod()):
			if outcome == Succeeded {
				outcome = Cancelled
			}
		default:
			outcome = Failed
		}
	}
	return outcome
}

// wasCancelledWithPod tells the Pod's cancel from a sibling's failure: only the latter names who failed.
func (s step) wasCancelledWithPod() bool { return s.status == StatusCancelled && len(s.failed) == 0 }

// wasEndedWithPod reports whether the kubelet ended the step together with its Pod, which is the last means of a cancel.
func (s step) wasEndedWithPod() bool {
	return s.status == StatusNotStarted || s.status == StatusTerminated || s.status == StatusKilled && s.reason == deadlineExceeded
}

// deadlineExceeded is the kubelet's word for a Pod whose activeDeadlineSeconds are over (kubernetes/pkg/kubelet, active_deadline.go).
const deadlineExceeded = "DeadlineExceeded"

// cancelOf returns why the Pod was cancelled, and false where it was not.
func cancelOf(v podview.View) (string, bool) {
	if reason := v.Pod.Annotations[contract.AnnotationCancel]; reason != "" {
		return reason, true
	}
	said, is := v.Condition(contract.ConditionCancelled)
	return said.Message, is && said.Status == corev1.ConditionTrue
}

// summary is the outcome for people: "build failed with exit code 2 after 1.2s; 2 skipped".
func summary(v podview.View, steps []step) string {
	switch outcomeOf(v, steps) {
	case Cancelled:
		reason, _ := cancelOf(v) // which may end with what to do
		return OneLine("cancelled"+behind(cutInside(OneLine(reason, maxRead), maxReason))+counts(steps, allStatuses), MaxMessage)
	case Failed:
		return OneLine(causes(v, steps)+counts(steps, besidesCauses), MaxMessage)
	}
	return OneLine(wellEnded(steps)+counts(steps, besidesCauses), MaxMessage)
}

// causes names the first steps that failed by themselves.
func causes(v podview.View, steps []step) string {
	var said []string
	for _, s := range steps {
		if s.status == StatusFailed || s.status == StatusKilled || s.status == StatusTerminated {
			said = append(said, s.sentence())
		}
	}
	if more := len(said) - maxNamed; more > 0 {
		said = append(said[:maxNamed], strconv.Itoa(more)+" more failed")
	}
	if len(said) == 0 {
		return before(v)
	}
	return strings.Join(said, "; ")
}

// Bounds of what is said of init containers that failed, and of the reason of a cancel, so that there is room for the rest of a message, in bytes.
const (
	maxInit   = MaxMessage * 3 / 4
	maxReason = MaxMessage * 7 / 8
)

// before is why no step failed by itself in a Pod that did: what the cluster says about the Pod, and which init containers failed.
func before(v podview.View) string {
	said := initFailures(v, maxInit)
	if why := whyOver(v); why != "" || len(said) == 0 {
		reason, message := podview.PodsWord(v.Pod, podview.UnknownEnd)
		said = slices.Concat([]string{"the Pod was over before its steps were: " + reason + quote(message)}, said)
	}
	return strings.Join(said, "; ")
}

// wellEnded is for steps of which none failed.
func wellEnded(steps []step) string {
	var ran int
	for _, s := range steps {
		if s.status == StatusCompleted {
			ran++
		}
	}
	sentence := plural(ran, "step", "steps") + " ended well"
	if took, is := spanOf(steps).took(); is {
		sentence += " after " + short(took)
	}
	return sentence
}

// How the others are counted, in this order.
var (
	allStatuses = []counted{
		{StatusCompleted, "ended well"}, {StatusContinued, "failed and did not count"}, {StatusCancelled, "cancelled"}, {StatusTerminated, "stopped"},
		{StatusKilled, "killed"}, {StatusSkipped, "skipped"}, {StatusNotStarted, "never started"},
	}
	// besidesCauses leaves out those that a sentence is about.
	besidesCauses = []counted{
		{StatusContinued, "failed and did not count"}, {StatusCancelled, "cancelled"}, {StatusSkipped, "skipped"}, {StatusNotStarted, "never started"},
	}
)

type counted struct {
	status Status
	words  string
}

func counts(steps []step, which []counted) string {
	count := map[Status]int{}
	for _, s := range steps {
		count[s.status]++
	}
	var text strings.Builder
	for _, c := range which {
		if count[c.status] > 0 {
			text.WriteString("; " + strconv.Itoa(count[c.status]) + " " + c.words)
		}
	}
	return text.String()
}

func plural(count int, one, many string) string {
	if count == 1 {
		return "1 " + one
	}
	return strconv.Itoa(count) + " " + many
}
