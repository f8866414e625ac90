package timeline

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Wait is what has to happen before a gate opens, or several that the companion loop speaks of together.
type Wait struct {
	// Who are the containers that wait. Empty for a Pod that waits in the queue of the scheduler.
	Who []string
	// What is missing, in a sentence of the companion's where it has said one.
	What string
	// Since is when the clock began.
	Since time.Time
	// Timeout is how long they wait at most, 0 for ever, or not known.
	Timeout time.Duration
}

// relate adds what follows from the other containers of the Pod: hand-overs, and what a waiting step waits for.
func (t *Timeline) relate() {
	byName := map[string]*Step{}
	for i := range t.Steps {
		byName[t.Steps[i].Name] = &t.Steps[i]
	}
	for i := range t.Steps {
		s := &t.Steps[i]
		var before []*Step
		for _, name := range s.After {
			if b := byName[name]; b != nil {
				before = append(before, b)
			}
		}
		switch {
		case s.State == Running:
			t.findOutWhatItWaitsFor(s, before)
		case s.Ended && !s.Exact && !s.Started.IsZero():
			s.Started = t.turnOf(s, before)
			if !s.Finished.IsZero() {
				s.Started = earlier(s.Started, s.Finished)
			}
		}
		s.measureHandOver(before)
	}
}

// findOutWhatItWaitsFor tells a wrapper that waits from a command that runs, which are the same to the kubelet.
func (t *Timeline) findOutWhatItWaitsFor(s *Step, before []*Step) {
	for _, b := range before {
		if !b.Ended {
			s.WaitsFor = append(s.WaitsFor, b.Name)
		}
	}
	isClosed := t.gateOf(s.Name) == GateClosed
	if isClosed {
		s.WaitsFor = slices.Concat(s.WaitsFor, t.awaitedSidecars(s.Name))
	}
	if isClosed || len(s.WaitsFor) > 0 {
		s.State, s.Started = Waiting, time.Time{}
		return
	}
	s.Started = t.turnOf(s, before)
}

// turnOf is when the command of a step can have been started at the earliest: the kubelet knows only when its wrapper was.
func (t *Timeline) turnOf(s *Step, before []*Step) time.Time {
	turn := s.Started
	for _, b := range before {
		turn = later(turn, b.Finished)
	}
	for _, g := range t.Gates {
		if slices.Contains(g.Containers, s.Name) {
			turn = later(turn, g.Opened)
		}
	}
	return turn
}

// awaitedSidecars are those that keep the gate of the first steps closed, where the step waits at that one.
func (t *Timeline) awaitedSidecars(step string) []string {
	isFirst := func(g Gate) bool {
		return g.annotation == contract.AnnotationReady && !g.Open && slices.Contains(g.Containers, step)
	}
	if !slices.ContainsFunc(t.Gates, isFirst) {
		return nil
	}
	var names []string
	for _, c := range t.Sidecars {
		if c.isAwaited() {
			names = append(names, "sidecar "+c.Name)
		}
	}
	return names
}

// unsaid is said of a closed gate when nothing is known to be missing. The companion takes some seconds before it says what is.
const unsaid = "the word READY; if it does not come, the companion says what is missing"

// findWaits says what closed gates wait for. While the scheduler holds the Pod, nothing else matters; and where the companion says
// what is missing, it speaks of all gates of the Pod.
func (t *Timeline) findWaits(pod *corev1.Pod) []Wait {
	if t.Over || t.Phase == Terminating || t.Cancelled != "" {
		return nil
	}
	missing := ""
	if ready := conditionOf(pod, contract.ConditionReady); ready.Status == corev1.ConditionFalse {
		missing = strings.TrimSpace(ready.Message)
	}
	var waits []Wait
	for _, g := range t.Gates {
		switch wait := t.waitAt(g); {
		case g.Open || !g.IsHold() && len(wait.Who) == 0:
		case missing != "" && len(waits) > 0:
			waits[0].add(wait)
		default:
			if missing != "" {
				wait.What = missing
			}
			waits = append(waits, wait)
		}
		if g.IsHold() {
			break
		}
	}
	return waits
}

// waitAt says who waits at a closed gate, and for what as far as the Pod itself shows it.
func (t *Timeline) waitAt(g Gate) Wait {
	wait := Wait{What: unsaid, Since: g.Since, Timeout: g.Timeout}
	for _, name := range g.Containers {
		if !t.hasEnded(name) {
			wait.Who = append(wait.Who, name)
		}
	}
	if g.annotation == contract.AnnotationReady && len(g.Containers) > 0 {
		if sidecars := t.awaitedSidecars(g.Containers[0]); len(sidecars) > 0 {
			wait.What = strings.Join(sidecars, ", ")
		}
	}
	return wait
}

func (w *Wait) add(other Wait) {
	for _, name := range other.Who {
		if !slices.Contains(w.Who, name) {
			w.Who = append(w.Who, name)
		}
	}
	w.Timeout = max(w.Timeout, other.Timeout)
}

func (t *Timeline) hasEnded(name string) bool {
	return slices.ContainsFunc(t.Steps, func(s Step) bool { return s.Name == name && s.Ended }) ||
		slices.ContainsFunc(slices.Concat(t.Sidecars, t.Containers), func(c Container) bool { return c.Name == name && c.hasEndedWell() })
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
