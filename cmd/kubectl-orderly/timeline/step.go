package timeline

import (
	"path"
	"slices"
	"strconv"
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
	// Ended reports whether it has ended for good; ExitCode is the command's then, or the container's where no command ran.
	Ended    bool
	ExitCode int
	// Started is when the command was started and Finished when it ended; zero where it was not, or is not known.
	Started, Finished time.Time
	// Exact reports whether these times come from the step's marker, rather than from the kubelet, to the second.
	Exact bool
	// Restarts is how often the kubelet has started the container again.
	Restarts int
	// HandOver is the time from the end of the last step of After to Started; HandedOver reports whether it is known.
	HandOver   time.Duration
	HandedOver bool
	// WaitsFor names what still has to happen before a waiting step runs: steps, and sidecars before the first steps.
	WaitsFor []string
	// Failed names the steps whose failure it passes on, itself included.
	Failed []string

	// gated reports whether it waits for READY.
	gated bool
}

// makeStep reads what can be read without the other containers of the Pod.
func makeStep(pod *corev1.Pod, wrapper contract.Options, status corev1.ContainerStatus) Step {
	s := Step{Name: status.Name, State: Pending, Restarts: int(status.RestartCount), gated: len(wrapper.ReadyFiles) > 0}
	for _, file := range wrapper.WaitFiles {
		s.After = append(s.After, stepOf(file))
	}
	switch state, last := status.State, status.LastTerminationState.Terminated; {
	case state.Terminated != nil && willBeRestarted(pod, state.Terminated):
		s.State, s.Message = Restarting, lastTry(state.Terminated)
	case state.Terminated != nil:
		s.end(state.Terminated)
	case state.Running != nil:
		s.State, s.Started = Running, known(state.Running.StartedAt)
	case state.Waiting != nil && last != nil:
		s.State, s.Message = Restarting, lastTry(last)
	case state.Waiting != nil && state.Waiting.Reason != "":
		s.State, s.Message = state.Waiting.Reason, state.Waiting.Message
	case isOver(pod):
		s.State = NotStarted
	}
	return s
}

// willBeRestarted reports whether the kubelet starts a container again that ended like this. In a Pod with steps only
// OnFailure can bring that about.
func willBeRestarted(pod *corev1.Pod, ended *corev1.ContainerStateTerminated) bool {
	return pod.Spec.RestartPolicy == corev1.RestartPolicyOnFailure && ended.ExitCode != contract.ExitOK && !isOver(pod)
}

func lastTry(ended *corev1.ContainerStateTerminated) string {
	return "its last try exited " + strconv.Itoa(int(ended.ExitCode))
}

// end takes the marker's word before the kubelet's, which knows the wrapper but not its command.
func (s *Step) end(ended *corev1.ContainerStateTerminated) {
	s.Ended, s.ExitCode = true, int(ended.ExitCode)
	marker, found := contract.DecodeReport(ended.Message)
	if !found {
		s.State, s.Message = ended.Reason, ended.Message
		s.Started, s.Finished = known(ended.StartedAt), known(ended.FinishedAt)
		// For a signal that it did not send, the kubelet has no better word than for an exit code.
		if ended.ExitCode > contract.ExitSignalBase && ended.Reason == "Error" {
			s.State = Killed
		}
		return
	}
	s.State, s.Exact, s.Failed = string(marker.Reason), true, marker.Failed
	s.Started, s.Finished = marker.StartedAt, marker.FinishedAt
	if marker.Attempts > 0 {
		s.ExitCode = marker.ExitCode
	}
}

// stepOf names the step that a wait file belongs to: every marker lies in the directory of its step.
func stepOf(file string) string { return path.Base(path.Dir(file)) }

// relate adds what follows from the other containers of the Pod: hand-overs, and what a waiting step waits for.
func relate(steps []Step, sidecars []Sidecar, ready gate) {
	byName := map[string]*Step{}
	for i := range steps {
		byName[steps[i].Name] = &steps[i]
	}
	for i := range steps {
		s := &steps[i]
		var before []*Step
		for _, name := range s.After {
			if b := byName[name]; b != nil {
				before = append(before, b)
			}
		}
		if s.State == Running {
			s.findOutWhatItWaitsFor(before, sidecars, ready)
		}
		s.measureHandOver(before)
	}
}

// findOutWhatItWaitsFor tells a wrapper that waits from a command that runs, which are the same to the kubelet.
func (s *Step) findOutWhatItWaitsFor(before []*Step, sidecars []Sidecar, ready gate) {
	for _, b := range before {
		if !b.Ended {
			s.WaitsFor = append(s.WaitsFor, b.Name)
		}
	}
	if s.gated && !ready.open {
		for _, sidecar := range sidecars {
			if sidecar.isAwaited() {
				s.WaitsFor = append(s.WaitsFor, "sidecar "+sidecar.Name)
			}
		}
		if len(s.WaitsFor) == 0 {
			s.WaitsFor = []string{"the word READY, which the companion is about to give"}
		}
	}
	if len(s.WaitsFor) > 0 {
		s.State, s.Started = Waiting, time.Time{}
		return
	}
	for _, b := range before {
		s.Started = later(s.Started, b.Finished)
	}
	if s.gated {
		s.Started = later(s.Started, ready.opened)
	}
}

// measureHandOver leaves it unknown where one of the times is not exact, or where the step had more than one try.
func (s *Step) measureHandOver(before []*Step) {
	inexact := func(b *Step) bool { return !b.Exact }
	if len(before) == 0 || !s.Exact || s.Started.IsZero() || s.Restarts > 0 || slices.ContainsFunc(before, inexact) {
		return
	}
	var last time.Time
	for _, b := range before {
		last = later(last, b.Finished)
	}
	s.HandOver, s.HandedOver = s.Started.Sub(last), true
}
