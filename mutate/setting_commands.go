package mutate

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// The annotation orderly.dev/commands gives containers that name no command one, so that their images need not be looked up:
//
//	{build: [make, all], proxy: [/usr/bin/envoy]}
//
// It stands for the image's ENTRYPOINT and CMD; the container's args follow it. The words are the user's own, so Kubernetes replaces
// $(VAR) in them.

const commandsHint = "write names of containers with the words of their commands, such as {build: [make, all]}"

func readCommands(s subject, all *settings) field.ErrorList {
	lists, errs := readNamedLists(s, contract.AnnotationCommands, commandsHint)
	all.commands = lists
	for _, list := range lists.lists {
		if problem := commandProblem(s, list); problem != "" {
			errs = append(errs, field.Invalid(lists.wish.path(), list.name, list.place.String()+": "+problem))
		}
	}
	return errs
}

func commandProblem(s subject, list namedList) string {
	containers := s.containers()
	i := slices.IndexFunc(containers, func(c placedContainer) bool { return c.Name == list.name })
	if i < 0 {
		names := containerNames(s.spec.Containers)
		if slices.Contains(containerNames(s.spec.InitContainers), list.name) {
			return "this is an init container, which Orderly does not run; set its command in the container, or remove this one"
		}
		return "no container has this name" + didYouMean(list.name, names) + "; the containers are " + enumerate(names)
	}
	c := containers[i].Container
	if _, wrapped := contract.FindWrapper(slices.Concat(c.Command, c.Args)); len(c.Command) > 0 && !wrapped {
		return "the container has a command of its own, which would be ignored; remove one of the two"
	}
	if problem := unusable(list.words, nil); problem != "" {
		return "as a command this cannot run: " + problem + "; " + commandsHint
	}
	return ""
}
