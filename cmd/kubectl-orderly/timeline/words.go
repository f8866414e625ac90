package timeline

import (
	"fmt"
	"slices"
	"strings"

	"orderly.dev/mutate/contract"
)

// troubles says why a Pod failed: what the cluster says about it, which steps failed, and which were skipped for it.
func troubles(t Timeline) []string {
	var sentences []string
	if t.Reason != "" {
		sentences = append(sentences, t.Reason)
	}
	var skipped []string
	for _, s := range t.Steps {
		switch {
		case s.State == string(contract.Skipped):
			skipped = append(skipped, s.Name)
		case s.failed():
			sentences = append(sentences, failure(s))
		}
	}
	if len(skipped) > 0 {
		sentences = append(sentences, "skipped: "+strings.Join(skipped, ", "))
	}
	return sentences
}

// failed reports whether the failure is the step's own. One that only passes on another's names that one alone.
func (s Step) failed() bool {
	if !s.Ended {
		return false
	}
	if s.Exact {
		return slices.Contains(s.Failed, s.Name) || s.ExitCode != contract.ExitOK && s.State != string(contract.Continued)
	}
	return s.ExitCode != contract.ExitOK
}

func failure(s Step) string {
	switch {
	case s.Exact && s.State == string(contract.Error):
		return fmt.Sprintf("step %s exited %d", s.Name, s.ExitCode)
	case s.Exact:
		return fmt.Sprintf("step %s ended with %s, exit %d", s.Name, s.State, s.ExitCode)
	default:
		return withMessage(fmt.Sprintf("step %s died without a word: %s, exit %d", s.Name, s.State, s.ExitCode), s.Message)
	}
}

// waits says what has to happen before the Pod can go on.
func waits(t Timeline) []string {
	var sentences []string
	for _, s := range t.Steps {
		switch {
		case len(s.WaitsFor) > 0:
			sentences = append(sentences, fmt.Sprintf("%s waits for %s", s.Name, strings.Join(s.WaitsFor, ", ")))
		case !s.Ended && s.Message != "":
			sentences = append(sentences, fmt.Sprintf("%s is %s: %s", s.Name, s.State, s.Message))
		}
	}
	for _, s := range t.Sidecars {
		if s.Message != "" {
			sentences = append(sentences, fmt.Sprintf("sidecar %s is %s: %s", s.Name, s.State, s.Message))
		}
	}
	return sentences
}

func withMessage(sentence, message string) string {
	message = strings.TrimSpace(message)
	if message == "" {
		return sentence
	}
	return sentence + ": " + message
}

// advice is shown in place of a table for a Pod whose containers have no order.
func advice(t Timeline) string {
	var b strings.Builder
	b.WriteString("Orderly did not rewrite this Pod, so its containers run side by side. To give them an order, opt the namespace in\n")
	fmt.Fprintf(&b, "\n    kubectl label namespace %s %s=%s\n", t.Namespace, contract.LabelInject, contract.InjectEnabled)
	b.WriteString("\nand annotate the Pod, or the template of the Job that makes it, before it is created:\n")
	fmt.Fprintf(&b, "\n    %s: %q\n", contract.AnnotationSteps, strings.Join(t.Containers, ", "))
	b.WriteString("\nContainers that are not named there are sidecars.\n")
	if t.Endless {
		b.WriteString("Its restartPolicy must be Never or OnFailure; this Pod's is Always.\n")
	}
	return b.String()
}
