package timeline

import (
	"fmt"
	"slices"
	"strings"
)

// Changes says in one line each what of the story is new since before, the story of the same Pod at an earlier time, or the zero value. Time that
// has only gone by is no change.
func (t Timeline) Changes(before Timeline) []string {
	known := before.facts()
	var lines []string
	for _, fact := range t.facts() {
		if !slices.Contains(known, fact) {
			lines = append(lines, OneLine(fact))
		}
	}
	return lines
}

// facts are all that can be said without the time. A container that nobody has looked at is not worth a line.
func (t Timeline) facts() []string {
	if t.Pod == "" {
		return nil
	}
	pod := fmt.Sprintf("Pod %s/%s", t.Namespace, t.Pod)
	facts := []string{pod + ": " + t.Phase}
	for _, g := range t.Gates {
		if g.Open {
			facts = append(facts, fmt.Sprintf("%s: the gate of %s is open", pod, strings.Join(g.Containers, ", ")))
		}
	}
	for _, w := range t.Waits {
		facts = append(facts, fmt.Sprintf("%s: %s for %s", pod, w.who(), w.What))
	}
	for _, c := range slices.Concat(t.Sidecars, t.Containers) {
		if isNews(c.State) {
			facts = append(facts, withMessage(fmt.Sprintf("%s: %s %s%s", pod, c.Name, stateAndTry(c.State, c.Restarts), c.exit()), c.Message))
		}
		for _, line := range c.said() {
			facts = append(facts, pod+": "+line)
		}
	}
	for _, s := range t.Steps {
		if isNews(s.State) {
			facts = append(facts, withMessage(fmt.Sprintf("%s: step %s %s%s", pod, s.Name, stateAndTry(s.State, s.Restarts), s.exit()), s.openMessage()))
		}
	}
	if t.Ready && t.Endless {
		facts = append(facts, pod+": ready")
	}
	for _, sentence := range slices.Concat(troubles(t), results(t)) {
		facts = append(facts, pod+": "+sentence)
	}
	return facts
}

// isNews reports whether the kubelet has got as far as the container. Its words for that it has not are no constants of the API.
func isNews(state string) bool {
	return !slices.Contains([]string{Pending, NotStarted, "PodInitializing", "ContainerCreating"}, state)
}

func (w Wait) who() string {
	switch len(w.Who) {
	case 0:
		return "waits in the queue of the scheduler"
	case 1:
		return w.Who[0] + " waits"
	default:
		return strings.Join(w.Who, ", ") + " wait"
	}
}

func (c Container) exit() string {
	if c.Finished.IsZero() {
		return ""
	}
	return fmt.Sprintf(", exit %d", c.ExitCode)
}

// said leaves the words of one that has failed to the sentences about its failure.
func (c Container) said() []string {
	if c.hasFailed() {
		return nil
	}
	return c.Said
}

func (s Step) exit() string {
	switch {
	case !s.Exited:
		return ""
	case s.Exact && !s.Started.IsZero():
		return fmt.Sprintf(", exit %d, after %s", s.ExitCode, duration(max(0, s.Finished.Sub(s.Started))))
	default:
		return fmt.Sprintf(", exit %d", s.ExitCode)
	}
}

// openMessage leaves the message of a step that has ended to the sentence about its failure.
func (s Step) openMessage() string {
	if s.Ended {
		return ""
	}
	return s.Message
}
