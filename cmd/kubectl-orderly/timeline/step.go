package timeline

import (
	"path"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// States of a step that is under way. A step that has ended has the reason of its marker, such as Completed, or else, where
// it died without one, [Killed] or the kubelet's reason, such as OOMKilled. One whose container cannot be started has
// the kubelet's reason, such as ImagePullBackOff.
const (
	Pending    = "Pending"    // the kubelet has not looked at it yet
	Waiting    = "Waiting"    // its wrapper waits
	Running    = "Running"    // its command runs
	Restarting = "Restarting" // it failed, and the kubelet will start it again
	Killed     = "Killed"     // it died without leaving a marker
	NotStarted = "NotStarted" // the Pod was over before the kubelet got to it
)

// Step is one step of a Pod.
type Step struct {
	// Name is the container's.
	Name string
	// After names the steps that it waits for, as its wrapper was told.
	After []string
	// State says how it ended or where it stands.
	State string
	// Message is what the kubelet says about a container that it cannot start, or that died.
	Message string
	// Ended reports whether it has ended for good. Exited reports whether there is an exit code, which there is not when its node was lost: the
	// command's, or the container's where no command ran.
	Ended, Exited bool
	ExitCode      int
	// Started is when the command was started and Finished when it ended; zero where it was not, or is not known.
	Started, Finished time.Time
	// Spoke reports whether the step's own report counts. Exact reports whether these times come from there, rather than from the kubelet, to
	// the second.
	Spoke, Exact bool
	// Restarts is how often the kubelet has started the container again.
	Restarts int
	// HandOver is the time from the end of the last step of After to Started; HandedOver reports whether it is known.
	HandOver   time.Duration
	HandedOver bool
	// WaitsFor names what still has to happen before a waiting step runs: steps, and sidecars before the first steps.
	WaitsFor []string
	// Failed names the steps whose failure it passes on, itself included.
	Failed []string
	// Said is what its command left in the termination message.
	Said string
	// Results are the files that it left, and Truncated names those that had no room in the termination message.
	Results   []contract.Result
	Truncated []string
	// Inside lists what it looks for by itself before its command starts; nobody outside can see how far it is.
	Inside []string
	// Attempts is how often its wrapper has started the command in the last try; 0 where that is not known.
	Attempts int
}

// makeStep reads what can be read without the other containers of the Pod.
func makeStep(pod *corev1.Pod, wrapper contract.Options, status corev1.ContainerStatus) Step {
	s := Step{Name: status.Name, State: Pending, Restarts: int(status.RestartCount), Inside: insideOf(wrapper)}
	for _, file := range wrapper.WaitFiles {
		s.After = append(s.After, stepOf(file))
	}
	last := status.LastTerminationState.Terminated
	switch state := status.State; {
	case state.Terminated != nil && willBeRestarted(pod, state.Terminated):
		s.State, s.Message = Restarting, lastTry(state.Terminated)
	case state.Terminated != nil:
		s.end(pod, wrapper, state.Terminated)
	case isOver(pod):
		s.endWithPod(pod, wrapper, status)
	case state.Running != nil:
		s.State, s.Started = Running, known(state.Running.StartedAt)
	case state.Waiting != nil && last != nil:
		s.State, s.Message = Restarting, lastTry(last)
	case state.Waiting != nil && state.Waiting.Reason != "":
		s.State, s.Message = state.Waiting.Reason, state.Waiting.Message
	}
	return s
}

// endWithPod is for a step of a Pod that is over, of whose end the kubelet has said nothing: its node was lost, or it was to be started again, or
// it never was.
func (s *Step) endWithPod(pod *corev1.Pod, wrapper contract.Options, status corev1.ContainerStatus) {
	last, waiting := status.LastTerminationState.Terminated, status.State.Waiting
	switch {
	case status.State.Running != nil:
		s.Ended, s.State, s.Started = true, Killed, known(status.State.Running.StartedAt)
	case last != nil:
		s.end(pod, wrapper, last)
	case waiting != nil && waiting.Reason != "" && isNews(waiting.Reason):
		s.State, s.Message = waiting.Reason, waiting.Message
	default:
		s.State = NotStarted
	}
}

// willBeRestarted reports whether the kubelet starts a container again that ended like this. In a Pod with steps only
// OnFailure can bring that about.
func willBeRestarted(pod *corev1.Pod, ended *corev1.ContainerStateTerminated) bool {
	return pod.Spec.RestartPolicy == corev1.RestartPolicyOnFailure && ended.ExitCode != contract.ExitOK && !isOver(pod)
}

// end takes the wrapper's word before the kubelet's, which knows the wrapper but not its command.
func (s *Step) end(pod *corev1.Pod, wrapper contract.Options, ended *corev1.ContainerStateTerminated) {
	s.Ended, s.Exited, s.ExitCode = true, true, int(ended.ExitCode)
	s.Started, s.Finished = known(ended.StartedAt), known(ended.FinishedAt)
	report, found := believable(pod, wrapper, s.Name, ended)
	if !found {
		s.State, s.Message = wordOf(ended), said(ended.Message)
		return
	}
	s.Spoke, s.State, s.Failed, s.Attempts = true, string(report.Reason), report.Failed, report.Attempts
	s.Said = said(ended.Message)
	s.Results, s.Truncated = report.Declared(wrapper)
	if isFailure := slices.Contains([]contract.Reason{contract.Error, contract.Timeout, contract.GateTimeout}, report.Reason); isFailure && ended.Reason == oomKilled {
		// The kernel killed the command and not its wrapper, which knows only the signal.
		s.State = oomKilled
	}
	switch {
	case report.IsWithin(startOf(pod), known(ended.FinishedAt)):
		s.Exact, s.Started, s.Finished = true, report.StartedAt, report.FinishedAt
	case report.Attempts == 0:
		s.Started = time.Time{}
	}
	if report.Attempts > 0 {
		s.ExitCode = report.ExitCode
	}
}

// oomKilled is the kubelet's word for a container of which the kernel killed a process for want of memory.
const oomKilled = "OOMKilled"

// stepOf names the step that a wait file belongs to: every marker lies in the directory of its step.
func stepOf(file string) string { return path.Base(path.Dir(file)) }
