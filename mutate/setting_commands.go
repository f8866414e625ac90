package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// The annotation orderly.dev/commands gives containers that name no command one, so that their images need not be looked up:
//
//	{build: [make, all], proxy: [/usr/bin/envoy]}
//
// It stands for the image's ENTRYPOINT and CMD; the container's args follow it. The words are the user's own, so Kubernetes replaces
// $(VAR) in them. Where the wrapper does not run a container, its image decides as ever, and a warning says so (notice_commands.go).

const commandsHint = "write names of containers with the words of their commands, such as {build: [make, all]}"

func readCommands(s subject, all *settings) field.ErrorList {
	names, initial := containerNames(s.spec.Containers), containerNames(s.spec.InitContainers)
	lists, errs := readNamedLists(s, contract.AnnotationCommands, commandsHint, func(r *annotation.Reader, list namedList) string {
		switch i := slices.Index(names, list.name); {
		case i >= 0:
			return commandProblem(&s.spec.Containers[i], list.words)
		case slices.ContainsFunc(s.spec.InitContainers, func(c corev1.Container) bool { return c.Name == list.name && isConverted(&c) }):
			return "" // it was a sidecar when the user named it; an earlier pass made it native
		case slices.Contains(initial, list.name):
			return "this is an init container, which Orderly does not run; set its command in the container, or remove this one"
		default:
			return "no container has this name" + r.Nearest(list.name, names) + "; the containers are " + enumerate(names)
		}
	})
	all.commands = lists
	return errs
}

func commandProblem(c *corev1.Container, words []string) string {
	if _, wrapped := contract.FindWrapper(slices.Concat(c.Command, c.Args)); len(c.Command) > 0 && !wrapped {
		return "the container has a command of its own, which would be ignored; remove one of the two"
	}
	if problem := unusable(words, nil); problem != "" {
		return "as a command this cannot run: " + problem + "; " + commandsHint
	}
	return ""
}
