package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orderly.dev/mutate/contract"
)

// troubles says why a Pod failed: who cancelled it, what the cluster says about it, which steps failed, and which were skipped for it.
func troubles(t Timeline) []string {
	var sentences []string
	if t.Cancelled != "" {
		sentences = append(sentences, "cancelled: "+t.Cancelled)
	}
	// Whoever is cancelled may be ended by its deadline, which is the means and not the cause.
	if t.Reason != "" && (t.Cancelled == "" || !strings.HasPrefix(t.Reason, "DeadlineExceeded")) {
		sentences = append(sentences, t.Reason)
	}
	var skipped, ended []string
	for _, s := range t.Steps {
		switch {
		case s.State == string(contract.Skipped):
			skipped = append(skipped, s.Name)
		case t.Cancelled != "" && s.State == string(contract.Cancelled):
			ended = append(ended, s.Name)
		case s.failed():
			sentences = append(sentences, failure(s))
		}
	}
	for _, c := range slices.Concat(t.Sidecars, t.Containers) {
		if c.hasFailed() {
			sentences = append(sentences, withMessage(fmt.Sprintf("%s %s ended with %s, exit %d", t.word(c), c.Name, c.State, c.ExitCode), c.Message))
			sentences = append(sentences, c.Said...)
		}
	}
	if len(ended) > 0 {
		sentences = append(sentences, "ended by it: "+strings.Join(ended, ", "))
	}
	if len(skipped) > 0 {
		sentences = append(sentences, "skipped: "+strings.Join(skipped, ", "))
	}
	return sentences
}

// word is what a container is called.
func (t Timeline) word(c Container) string {
	if len(t.Steps) > 0 && c.Kind != Initial {
		return "sidecar"
	}
	return "container"
}

// failed reports whether the failure is the step's own. One that only passes on another's names that one alone.
func (s Step) failed() bool {
	switch {
	case !s.Ended:
		return false
	case s.Spoke:
		return slices.Contains(s.Failed, s.Name) || s.ExitCode != contract.ExitOK && s.State != string(contract.Continued)
	}
	return !s.Exited || s.ExitCode != contract.ExitOK
}

func failure(s Step) string {
	switch {
	case s.State == string(contract.Error):
		return withMessage(fmt.Sprintf("step %s exited %d", s.Name, s.ExitCode), cmp.Or(s.Said, s.Message))
	case s.Spoke:
		return withMessage(fmt.Sprintf("step %s ended with %s, exit %d", s.Name, s.State, s.ExitCode), s.Said)
	case !s.Exited:
		return withMessage(fmt.Sprintf("step %s was killed: %s", s.Name, s.State), s.Message)
	case slices.Contains(neverStarted, s.State):
		return withMessage(fmt.Sprintf("step %s could not be started: %s", s.Name, s.State), s.Message)
	default:
		return withMessage(fmt.Sprintf("step %s was killed: %s, exit %d", s.Name, s.State, s.ExitCode), s.Message)
	}
}

// neverStarted are the words of containerd, CRI-O and the kubelet for a container whose process could not be started.
var neverStarted = []string{"StartError", "ContainerCannotRun", "RunContainerError", "CreateContainerError"}

// waits says what has to happen before the Pod can go on.
func waits(t Timeline) []string {
	var sentences []string
	for _, w := range t.Waits {
		sentences = append(sentences, w.sentence(t))
	}
	for _, s := range t.Steps {
		if before := stepsOf(s.WaitsFor); len(before) > 0 {
			sentences = append(sentences, fmt.Sprintf("%s waits for %s", s.Name, strings.Join(before, ", ")))
		}
		switch {
		case !s.Ended && t.Over && s.Message != "":
			sentences = append(sentences, fmt.Sprintf("%s was never started: %s: %s", s.Name, s.State, s.Message))
		case !s.Ended && s.Message != "":
			sentences = append(sentences, fmt.Sprintf("%s is %s: %s", s.Name, s.State, s.Message))
		case s.State == Running && len(s.Inside) > 0:
			sentences = append(sentences, inside(s.Name, s.Inside))
		}
	}
	for _, c := range slices.Concat(t.Sidecars, t.Containers) {
		looks := len(c.Inside) > 0 && (c.State == NotReady || c.State == Running && c.Kind == Initial)
		switch {
		case !c.hasFailed() && c.Message != "":
			sentences = append(sentences, fmt.Sprintf("%s %s is %s: %s", t.word(c), c.Name, c.State, c.Message))
			sentences = append(sentences, c.Said...)
		case looks:
			sentences = append(sentences, inside(c.Name, c.Inside))
		}
	}
	return sentences
}

// inside is careful: the kubelet knows no difference between looking and having found.
func inside(name string, looksFor []string) string {
	return fmt.Sprintf("%s looks for %s by itself before its command starts", name, strings.Join(looksFor, ", "))
}

// sentence says for how long, which the gate's timeout makes worth knowing.
func (w Wait) sentence(t Timeline) string {
	who, has := "the Pod, which has no node yet,", "has"
	switch len(w.Who) {
	case 0:
	case 1:
		who = w.Who[0]
	default:
		who, has = strings.Join(w.Who[:len(w.Who)-1], ", ")+" and "+w.Who[len(w.Who)-1], "have"
	}
	of := ""
	if w.Timeout > 0 {
		of = " of " + span(w.Timeout)
	}
	return fmt.Sprintf("%s %s waited %s%s for %s", who, has, span(max(0, t.End.Sub(w.Since))), of, w.What)
}

// stepsOf leaves out sidecars, for which the gate's sentence stands.
func stepsOf(waitsFor []string) []string {
	return slices.DeleteFunc(slices.Clone(waitsFor), func(name string) bool { return strings.Contains(name, " ") })
}

// results lists what was cloned, what the steps left, and what had no room.
func results(t Timeline) []string {
	var lines []string
	for _, s := range t.Sources {
		lines = append(lines, sentenceOn(s))
	}
	for _, s := range t.Steps {
		for _, r := range s.Results {
			lines = append(lines, fmt.Sprintf("%s: %s = %s", s.Name, r.Name, r.Value))
		}
		if len(s.Truncated) > 0 {
			lines = append(lines, fmt.Sprintf("%s: no room for %s", s.Name, strings.Join(s.Truncated, ", ")))
		}
	}
	return lines
}

func withMessage(sentence, message string) string {
	message = strings.TrimSpace(message)
	if message == "" {
		return sentence
	}
	return sentence + ": " + message
}
