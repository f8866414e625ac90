package mutate

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkCommands: each step, and each container that waits for something by itself, says which command it runs, in words that the wrapper can be
// put in front of. A sidecar that only leaves by itself can do without. No container runs
// the wrapper in a way that cannot be read, because it would be wrapped twice, or not at all.
func checkCommands(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for c := range s.everyContainer() {
		errs = append(errs, checkWrapper(c)...)
	}
	for _, c := range s.wrapped(d) {
		if d.plan.has(c.Name) || d.awaited.concerns(c.Name) {
			errs = append(errs, checkCommand(c)...)
		}
		if d.plan.has(c.Name) {
			errs = append(errs, checkTerminationPath(c)...)
		}
	}
	return errs
}

func checkCommand(c placedContainer) field.ErrorList {
	switch wrappable(c.Container) {
	case commandUnusable:
		return field.ErrorList{field.Invalid(c.path.Child("command"), c.Command[0], "this is not a command; write the program to run as the first word")}
	case canWrap, commandMissing, wrapperUnreadable: // see checkLaunches and checkWrapper
	}
	return nil
}

// checkWrapper leaves out what Orderly added: the installer copies the wrapper to its path.
func checkWrapper(c placedContainer) field.ErrorList {
	if isOurs(c.Container) || wrappable(c.Container) != wrapperUnreadable {
		return nil
	}
	path, words := c.path.Child("command"), c.Command
	if !slices.ContainsFunc(words, mentionsWrapper) {
		path, words = c.path.Child("args"), c.Args
	}
	word := words[slices.IndexFunc(words, mentionsWrapper)]
	return field.ErrorList{field.Invalid(path, word, "here is the path of Orderly's wrapper, but not as a word with flags "+
		"that this version knows; "+contract.Root+" and everything below it is reserved for Orderly, so write the command without it")}
}

// checkTerminationPath: the path becomes a word of the command, where Kubernetes would replace $(VAR), and make one dollar of two.
func checkTerminationPath(c placedContainer) field.ErrorList {
	file := terminationPath(c.Container)
	switch {
	case len(file) > maxPath, strings.Contains(file, ","), escapeVariables(file) != file, strings.ContainsFunc(file, unicode.IsControl):
	case strings.HasPrefix(file, "/") && path.Clean(file) != "/":
		return nil
	}
	return field.ErrorList{field.Invalid(c.path.Child("terminationMessagePath"), file,
		"the path of a step must be absolute, name a file, and hold no comma, no $(, no $$ and no control character, in at most 4,095 bytes; "+
			"remove it to use "+corev1.TerminationMessagePathDefault)}
}

// maxPath is the length of the longest path that Linux takes, in bytes (PATH_MAX, without the NUL at its end).
const maxPath = 4095

func terminationPath(c *corev1.Container) string {
	return cmp.Or(c.TerminationMessagePath, corev1.TerminationMessagePathDefault)
}

// wrappability tells whether the wrapper can be put in front of a command.
type wrappability int

const (
	canWrap           wrappability = iota // it can, or it is there already
	commandMissing                        // the image decides what runs
	commandUnusable                       // the first word cannot be a program
	wrapperUnreadable                     // the wrapper is there, but not once with flags that can be read
)

func wrappable(c *corev1.Container) wrappability {
	if slices.ContainsFunc(c.Command, mentionsWrapper) || slices.ContainsFunc(c.Args, mentionsWrapper) {
		return readable(slices.Concat(c.Command, c.Args))
	}
	switch {
	case len(c.Command) == 0:
		return commandMissing
	case c.Command[0] == "" || c.Command[0] == "--" || len(c.Command[0]) > contract.MaxWord:
		return commandUnusable
	}
	return canWrap
}

// readable judges words that hold the wrapper's path. A path inside a word, as in the script of a shell, cannot be renewed,
// and a second one would be a wrapper in a wrapper.
func readable(words []string) wrappability {
	found, wrapped := contract.FindWrapper(words)
	if !wrapped || slices.ContainsFunc(words[:found.Flags-1], mentionsWrapper) || slices.ContainsFunc(words[found.Flags:], mentionsWrapper) {
		return wrapperUnreadable
	}
	return canWrap
}

func mentionsWrapper(word string) bool { return strings.Contains(word, contract.WrapperPath) }
