package voice

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// step is what there is to know about a step.
type step struct {
	podview.Container

	// stage is its number, from 1, and after are the steps that it waits for.
	stage int
	after []string
	// ended says that it has ended for good, which the fields below are about.
	ended  bool
	status Status
	// reason is the marker's, or else the cause as far as the cluster knows it.
	reason string
	// message is what the cluster says about a container that ended without a word, or was not started.
	message string
	// exited says that there is an exit code.
	exited   bool
	exitCode int
	// started and finished are the command's. started is zero where it never ran.
	started, finished time.Time
	// spoke says that the wrapper's own report counts; otherwise the times are the kubelet's, to the second, and include what the wrapper waited.
	spoke bool
	// attempts is how often the report says that the command was started, and tries how often it was in all lives of the container.
	attempts, tries int
	failed          []string
	results         []contract.Result
	truncated       []string
	// seen is when the container ended, as the kubelet saw it.
	seen time.Time
	// try is a life of the container that ended without success, where the step has not ended for good.
	try *step
}

// makeStep reads how a step stands.
func makeStep(v podview.View, c podview.Container) step {
	s := step{Container: c}
	for _, file := range c.Options.WaitFiles {
		s.after = append(s.after, path.Base(path.Dir(file)))
	}
	last := lastLife(c)
	switch state := c.Status.State; {
	case state.Terminated != nil && (c.EndedForGood() || v.IsFinished()):
		s.end(v, state.Terminated)
	case !v.IsFinished() && last.Status.State.Terminated != nil:
		s.try = &step{Container: last, after: s.after}
		s.try.end(v, last.Status.State.Terminated)
	case !v.IsFinished():
	case state.Running != nil:
		s.lose(v, state.Running)
	case last.Status.State.Terminated != nil:
		// Under OnFailure it was about to be started again.
		s.Container = last
		s.end(v, last.Status.State.Terminated)
	default:
		s.neverStart(v)
	}
	return s
}

// lastLife is the container as it was when it last ended, if it ever did. The restart count is that of the life which the runtime knows as the last, so
// it counts the next one only when that runs (kubernetes/pkg/kubelet, convertToAPIContainerStatuses).
func lastLife(c podview.Container) podview.Container {
	if c.Status.State.Terminated != nil {
		return c
	}
	c.Status.State.Terminated = c.Status.LastTerminationState.Terminated
	if c.Status.State.Running != nil {
		c.Status.RestartCount = max(c.Status.RestartCount-1, 0)
	}
	return c
}

// end takes the wrapper's word before the kubelet's, which knows the wrapper but not its command.
func (s *step) end(v podview.View, ended *corev1.ContainerStateTerminated) {
	s.ended, s.exited, s.exitCode = true, true, int(ended.ExitCode)
	s.seen = known(ended.FinishedAt)
	report, found := believable(v, s.Container, ended)
	switch {
	case found:
		s.takeWord(report, ended)
		if s.status == StatusTerminated && v.IsFinished() {
			s.message = whyOver(v)
		}
	case wasNeverMade(s.Container, ended):
		s.neverStart(v)
		return
	default:
		s.guess(v, ended)
		s.tries = restartsOf(s.Container)
		if !podview.IsNeverStarted(ended.Reason) {
			s.tries++
		}
	}
	if !found || !report.IsWithin(startOf(v), known(ended.FinishedAt)) {
		s.started, s.finished = known(ended.StartedAt), known(ended.FinishedAt)
		if found && report.Attempts == 0 {
			s.started = time.Time{}
		}
	}
}

func (s *step) takeWord(r contract.Report, ended *corev1.ContainerStateTerminated) {
	s.status, s.reason, s.exitCode = statuses[r.Reason], string(r.Reason), r.ExitCode
	s.started, s.finished = r.StartedAt, r.FinishedAt
	s.spoke, s.attempts, s.failed = true, r.Attempts, r.Failed
	s.tries = r.Attempts
	if earlierLife := r.FinishedAt.Before(known(ended.StartedAt).Add(-contract.ClockSlack)); r.Attempts > 0 && !earlierLife {
		s.tries += restartsOf(s.Container)
	}
	s.results, s.truncated = r.Declared(s.Options)
	if s.status == StatusFailed && ended.Reason == podview.OOMKilled {
		// The kernel killed the command and not its wrapper, which knows only the signal.
		s.reason = podview.OOMKilled
	}
}

// startAfter corrects the start of a step that left no word: its wrapper was started with the Pod, but its command not before others had ended.
func (s *step) startAfter(others []step) {
	if s.spoke || s.started.IsZero() {
		return
	}
	for _, other := range others {
		isBefore := slices.Contains(s.after, other.Name) && (s.finished.IsZero() || !other.finished.After(s.finished))
		if isBefore {
			s.started = later(s.started, other.finished)
		}
	}
}

// lose is for a container that seems to run in a Pod that is over: its node was lost, and nobody knows more.
func (s *step) lose(v podview.View, running *corev1.ContainerStateRunning) {
	s.ended, s.status = true, StatusKilled
	s.reason, s.message = podview.PodsWord(v.Pod, podview.UnknownEnd)
	s.started = known(running.StartedAt)
}

// neverStart is for a step whose container was not started while the Pod lived.
func (s *step) neverStart(v podview.View) {
	s.ended, s.exited, s.exitCode = true, false, 0
	s.status = StatusNotStarted
	waiting := s.Status.State.Waiting
	if waiting != nil && waiting.Reason != "" && waiting.Reason != "ContainerCreating" && waiting.Reason != "PodInitializing" {
		s.reason, s.message = cmp.Or(podview.Word(waiting.Reason), string(StatusNotStarted)), waiting.Message
		return
	}
	s.reason, s.message = podview.PodsWord(v.Pod, string(StatusNotStarted))
}

// ran reports whether its command was started, as far as one knows.
func (s step) ran() bool {
	if s.spoke {
		return s.attempts > 0
	}
	return s.ended && s.status != StatusNotStarted && s.status != StatusSkipped
}

// took is how long its command ran, and false where one does not know.
func (s step) took() (time.Duration, bool) {
	if s.started.IsZero() || s.finished.Before(s.started) {
		return 0, false
	}
	return s.finished.Sub(s.started), true
}

// once tells what is said about one life of a container from the next.
func once(c podview.Container) string {
	return c.Name + "/" + strconv.Itoa(restartsOf(c))
}

// restartsOf is no less than 0, whatever was reported.
func restartsOf(c podview.Container) int { return max(int(c.Status.RestartCount), 0) }

// known gives the zero time where runtimes report the epoch, as for a container that could not be started.
func known(t metav1.Time) time.Time {
	if t.Unix() <= 0 {
		return time.Time{}
	}
	return t.Time
}

// startOf is when the kubelet took the Pod, zero where it is not known.
func startOf(v podview.View) time.Time {
	if began := v.Pod.Status.StartTime; began != nil {
		return began.Time
	}
	return time.Time{}
}
