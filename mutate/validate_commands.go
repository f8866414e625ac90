package mutate

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkCommands: each step says which command it runs, in words that the wrapper can be put in front of.
func checkCommands(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for _, c := range s.containers() {
		if d.plan.has(c.Name) {
			errs = append(errs, checkCommand(c)...)
			errs = append(errs, checkTerminationPath(c)...)
		}
	}
	return errs
}

func checkCommand(c placedContainer) field.ErrorList {
	path := c.path.Child("command")
	switch wrappable(c.Container) {
	case commandMissing:
		return field.ErrorList{field.Required(path, "the command of step "+c.Name+" must be set in this version; "+
			"looking up the image's command is not supported yet")}
	case commandUnusable:
		return field.ErrorList{field.Invalid(path, c.Command[0], "this is not a command; write the program to run as the first word")}
	case wrapperUnreadable:
		return field.ErrorList{field.Invalid(path, contract.WrapperPath,
			"the command holds Orderly's wrapper with flags that this version does not know; write the command without it")}
	}
	return nil
}

// checkTerminationPath: the path becomes a word of the command, where Kubernetes would replace $(VAR).
func checkTerminationPath(c placedContainer) field.ErrorList {
	file := terminationPath(c.Container)
	if strings.HasPrefix(file, "/") && !strings.Contains(file, ",") && !strings.Contains(file, "$(") {
		return nil
	}
	return field.ErrorList{field.Invalid(c.path.Child("terminationMessagePath"), file,
		"the path of a step must be absolute and hold neither a comma nor $(; remove it to use "+corev1.TerminationMessagePathDefault)}
}

func terminationPath(c *corev1.Container) string {
	return cmp.Or(c.TerminationMessagePath, corev1.TerminationMessagePathDefault)
}

// wrappability tells whether the wrapper can be put in front of a command.
type wrappability int

const (
	canWrap           wrappability = iota // it can, or it is there already
	commandMissing                        // the image decides what runs
	commandUnusable                       // the first word cannot be a program
	wrapperUnreadable                     // the wrapper is there, with flags that cannot be read
)

func wrappable(c *corev1.Container) wrappability {
	words := slices.Concat(c.Command, c.Args)
	if _, wrapped := contract.FindWrapper(words); wrapped {
		return canWrap
	}
	switch {
	case slices.Contains(words, contract.WrapperPath):
		return wrapperUnreadable
	case len(c.Command) == 0:
		return commandMissing
	case c.Command[0] == "" || c.Command[0] == "--":
		return commandUnusable
	}
	return canWrap
}
