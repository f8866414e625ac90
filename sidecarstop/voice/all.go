package voice

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// orderly.dev/events: all adds what the API itself tells nobody: when the command of a step began to run, which steps did not run and why, and when each
// container became ready.

// startEvents tells of the start of a step's command. It is seen while it runs, or, of one that was over sooner, when it has ended.
func startEvents(v podview.View, steps []step, s step, now time.Time) []Event {
	began, runs := s.runs(v, steps)
	switch {
	case runs && isFresh(began, now):
		return []Event{started(s, s.Name+" runs")}
	case s.ended && s.attempts > 0 && isFresh(s.seen, now) && !s.started.IsZero():
		return []Event{started(s, s.Name+" started at "+s.started.UTC().Format("15:04:05.000")+" UTC")}
	case s.ended && s.attempts > 0 && isFresh(s.seen, now):
		return []Event{started(s, s.Name+" was started")}
	}
	return nil
}

func started(s step, message string) Event {
	return Event{Reason: StepStarted, Action: actionRun, Message: message, Once: once(s.Container)}
}

// runs reports whether the command of a step runs now, and not only its wrapper, and since when at the earliest. What only the wrapper knows, such as whether
// a socket is there, makes the answer false: the start is told of at the end then.
func (s step) runs(v podview.View, steps []step) (time.Time, bool) {
	running := s.Status.State.Running
	if s.ended || running == nil || !isOpen(v, s.Container) || waitsInside(s.Options) || s.Options.RunIf == contract.RunOnFailure {
		return time.Time{}, false
	}
	began := later(known(running.StartedAt), openedAt(v, s.Container))
	for _, name := range s.after {
		i := slices.IndexFunc(steps, func(other step) bool { return other.Name == name })
		if i < 0 || !steps[i].spoke || !(contract.Marker{Reason: contract.Reason(steps[i].reason)}).Good() {
			return time.Time{}, false
		}
		began = later(began, steps[i].seen)
	}
	return began, true
}

func waitsInside(o contract.Options) bool { return len(o.Sockets)+len(o.Files)+len(o.TCP) > 0 }

// isOpen reports whether nothing of the companion's keeps the container waiting.
func isOpen(v podview.View, c podview.Container) bool {
	return !slices.ContainsFunc(c.Options.ReadyFiles, func(file string) bool {
		annotation, isGate := contract.GateOfFile(file)
		return isGate && v.Pod.Annotations[annotation] != contract.ReadyValue
	})
}

// openedAt is when the last gate of the Pod was opened, for a container that has one.
func openedAt(v podview.View, c podview.Container) time.Time {
	opened, is := v.Condition(contract.ConditionReady)
	if !is || opened.Status != corev1.ConditionTrue || len(c.Options.ReadyFiles) == 0 {
		return time.Time{}
	}
	return known(opened.LastTransitionTime)
}

// readyEvents tells of containers that became ready: init containers that have ended well, and others when the kubelet says so and no gate keeps them waiting.
func readyEvents(v podview.View, steps []step, now time.Time) []Event {
	var events []Event
	for _, c := range v.Containers {
		if message, is := readiness(v, steps, c, now); is {
			events = append(events, Event{Reason: ContainerReady, Action: actionStart, Message: message, Once: once(c)})
		}
	}
	return events
}

func readiness(v podview.View, steps []step, c podview.Container, now time.Time) (string, bool) {
	state := c.Status.State
	switch {
	case c.Role == podview.Initial || c.Role == podview.Waiter:
		ended := state.Terminated
		if ended == nil || ended.ExitCode != contract.ExitOK || !isFresh(known(ended.FinishedAt), now) {
			return "", false
		}
		return c.Name + " ended well" + lasted(known(ended.StartedAt), known(ended.FinishedAt), " after "), true
	case state.Running == nil || !c.Status.Ready || !isOpen(v, c) || !isNewlyReady(v, c, now):
		return "", false
	case c.Role == podview.Step && !runsNow(v, steps, c.Name):
		return "", false
	}
	return c.Name + " is ready" + readyAfter(v, c, now), true
}

// readyAfter is how long a container took to become ready, and nothing where one does not know.
func readyAfter(v podview.View, c podview.Container, now time.Time) string {
	ready := readyAt(v, c)
	if ready.IsZero() {
		ready = now
	}
	return lasted(known(c.Status.State.Running.StartedAt), ready, " after ")
}

// lasted is the time between two moments that are known to the second.
func lasted(from, to time.Time, before string) string {
	if from.IsZero() || to.Before(from) {
		return ""
	}
	return before + to.Sub(from).Round(time.Second).String()
}

func runsNow(v podview.View, steps []step, name string) bool {
	return slices.ContainsFunc(steps, func(s step) bool {
		_, runs := s.runs(v, steps)
		return runs && s.Name == name
	})
}
