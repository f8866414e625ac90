package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// maxSaid bounds how many lines of the cloner's are shown. It has one for each repository that it could not clone.
const maxSaid = clone.MaxRepositories

// orderOf is what the cloner was told, and false for every other init container.
func orderOf(spec *corev1.Container) (clone.Order, bool) {
	if spec.Name != contract.CloneContainer {
		return clone.Order{}, false
	}
	return clone.FindOrder(slices.Concat(spec.Command, spec.Args))
}

// clone says of the cloner what it clones, and why it could not.
func (c *Container) clone(order clone.Order, status corev1.ContainerStatus) {
	last := cmp.Or(status.State.Terminated, status.LastTerminationState.Terminated)
	if last != nil && last.ExitCode != contract.ExitOK && last.ExitCode <= contract.ExitSignalBase {
		// Of one that was killed the kubelet shows the end of its log.
		c.Said = linesOf(c.Name+": ", last.Message)
	}
	switch {
	case c.hasFailed() && len(c.Said) > 0:
		c.Message = ""
	case c.State == Running:
		c.Message = strings.TrimSuffix("cloning "+namesOf(order)+"; "+c.Message, "; ")
	}
}

func namesOf(order clone.Order) string {
	var names []string
	for _, r := range order.Repositories {
		name := string(r.Path)
		if name == "." {
			name = r.URL.Name()
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// linesOf are the first lines of a text, each clean, and behind a prefix, so that none of them looks like a line of another.
func linesOf(prefix, text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = OneLine(line); line != "" {
			lines = append(lines, OneLine(prefix+line))
		}
	}
	if more := len(lines) - maxSaid; more > 0 {
		lines = append(lines[:maxSaid], fmt.Sprintf("%sand %d more lines", prefix, more))
	}
	return lines
}

// addSources takes them from the cloner's own report. The annotation orderly.dev/result has them from there, too, and never knows more.
func (t *Timeline) addSources(pod *corev1.Pod) {
	for i := range pod.Spec.InitContainers {
		spec := &pod.Spec.InitContainers[i]
		order, clones := orderOf(spec)
		status := statusOf(spec.Name, pod.Status.InitContainerStatuses)
		// After a reboot of the node it runs again, and leaves what is in place as it is.
		ended := cmp.Or(status.State.Terminated, status.LastTerminationState.Terminated)
		if clones && ended != nil && ended.ExitCode == contract.ExitOK {
			t.Sources = order.Checkouts(ended.Message)
		}
	}
}

// sentenceOn is such as "cloned into app: https://git.example.com/team/app.git, branch main, commit 1a2b…".
func sentenceOn(s clone.Checkout) string {
	words := []string{fmt.Sprintf("cloned into %s: %s", s.Path, s.URL)}
	if s.Path == "." {
		words[0] = "cloned into the workspace itself: " + s.URL
	}
	switch s.RefType {
	case "branch", "tag":
		words = append(words, s.RefType+" "+s.RefName)
	case "ref":
		words = append(words, s.RefName)
	case "commit":
		s.Commit = cmp.Or(s.Commit, s.RefName)
	}
	if s.Commit != "" {
		words = append(words, "commit "+s.Commit)
	}
	return strings.Join(words, ", ")
}
