package mutate

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// With orderly.dev/compat: kubernetes-entrypoint a container that has variables of that program waits as if it was told by entries of its own in
// orderly.dev/wait-for. What the variables say is read by package dependency; here is what becomes of the container:
//
//   - An ordinary init container whose COMMAND does nothing becomes a container like [contract.WaitContainer], in its place and with its name
//     (replaced.go). Charts write COMMAND: echo done there, because the program wants something to run.
//   - Any other container keeps its image, where COMMAND finds what it needs, and the wrapper runs COMMAND when all is there, in the place of
//     kubernetes-entrypoint.
//
// The variables stay, because each pass reads them again. So a pass must see that the program is the one that they are for, or that an
// earlier pass replaced it; what else runs under these variables is denied, since nobody knows what is to be run in its place.

// emulated is what becomes of a container that has variables of kubernetes-entrypoint.
type emulated struct {
	// initial is true for an ordinary init container.
	initial bool
	// replaced says that nothing is left to run when all is there.
	replaced bool
	// words are what runs then; nil where an earlier pass has written them.
	words []string
}

// emulation is what the containers with such variables ask for.
type emulation struct {
	waits      []wait
	files      []configFile
	containers map[string]emulated
}

// entrypointProgram is the name of the program, in whatever folder.
const entrypointProgram = "kubernetes-entrypoint"

// readEmulation reads the variables of all containers, if that is asked for.
func readEmulation(s subject, chosen settings) (emulation, field.ErrorList) {
	e := emulation{containers: map[string]emulated{}}
	if !chosen.emulates {
		return e, nil
	}
	var errs field.ErrorList
	for c := range s.everyContainer() {
		initial := slices.Contains(s.initContainers(), c) && !isNative(c.Container)
		if isMeant(c.Container, initial) {
			errs = append(errs, e.read(c, initial)...)
		}
	}
	if len(e.containers) == 0 {
		errs = append(errs, nothingEmulated(s))
	}
	e.sort()
	return e, errs
}

// sort brings everything into the order of the containers' names, because the order of the containers differs between the passes.
func (e *emulation) sort() {
	slices.SortStableFunc(e.waits, func(a, b wait) int { return strings.Compare(a.Waiters()[0].Name, b.Waiters()[0].Name) })
	slices.SortStableFunc(e.files, func(a, b configFile) int { return strings.Compare(a.Containers()[0].Name, b.Containers()[0].Name) })
}

// isMeant reports whether the variables of a container are for kubernetes-entrypoint. One whose name only starts like theirs is a spelling mistake
// where something else tells that the program runs; elsewhere it is a variable of another program, such as DEPENDENCY_TRACK_URL.
func isMeant(c *corev1.Container, initial bool) bool {
	switch {
	case !dependency.AsksKubernetesEntrypoint(c.Env):
		return false
	case dependency.NamesDependencies(c.Env), initial && len(c.Command) == 0:
		return true
	}
	return slices.ContainsFunc(slices.Concat(c.Command, c.Args), isEntrypointProgram) ||
		slices.ContainsFunc(c.Env, func(v corev1.EnvVar) bool { return v.Name == dependency.VariableCommand })
}

// read adds what the variables of one container say.
func (e *emulation) read(c placedContainer, initial bool) field.ErrorList {
	env, problems := dependency.ParseKubernetesEntrypoint(c.Name, c.Env)
	var errs field.ErrorList
	for _, p := range problems[:min(len(problems), 2*maxProblems)] { // nobody is told more, see bounds.go
		errs = append(errs, p.Invalid(c.variable(p.Variable)))
	}
	for _, entry := range env.Entries {
		e.waits = append(e.waits, wait{Entry: entry, path: c.variable(env.Variable(entry))})
	}
	for _, file := range env.Files {
		e.files = append(e.files, configFile{ConfigFile: file, path: c.variable(dependency.VariableConfig)})
	}
	commandRight := !slices.ContainsFunc(problems, func(p dependency.EnvironmentProblem) bool { return p.Variable == dependency.VariableCommand })
	becomes, ofCommand := emulate(c, initial, env.Command)
	e.containers[c.Name] = becomes
	if commandRight {
		errs = append(errs, ofCommand...)
	}
	return errs
}

// variable is the path of a variable.
func (c placedContainer) variable(name string) *field.Path {
	return c.path.Child("env").Key(keyOf(name))
}

// emulate decides what becomes of a container with that COMMAND.
func emulate(c placedContainer, initial bool, command []string) (emulated, field.ErrorList) {
	becomes := emulated{initial: initial, replaced: initial && doesNothing(command)}
	if !becomes.replaced {
		if err := c.checkEmulatedCommand(command); err != nil {
			return becomes, field.ErrorList{err}
		}
	}
	before, state := findEntrypoint(c.Container, becomes, command)
	switch {
	case state == entrypointOther:
		return becomes, field.ErrorList{field.Invalid(c.path.Child("command"), c.Command[0], notEntrypoint)}
	case state == entrypointThere && !becomes.replaced:
		becomes.words = slices.Concat(before, command)
	}
	return becomes, nil
}

// checkEmulatedCommand: there is a COMMAND, and the wrapper can run it. The program itself in it would be taken for what is to be replaced by the
// next pass.
func (c placedContainer) checkEmulatedCommand(command []string) *field.Error {
	path := c.variable(dependency.VariableCommand)
	detail := unusable(command, nil)
	switch {
	case len(command) == 0:
		return field.Required(path, "kubernetes-entrypoint runs it when all is there, and a container that is no init container has nothing else to run; "+
			"write the words of the command with single spaces between them")
	case detail == "" && slices.ContainsFunc(command, isEntrypointProgram):
		detail = "it names kubernetes-entrypoint again"
	}
	if detail == "" {
		return nil
	}
	return annotation.Problem{Detail: "as a command this cannot run: " + detail + "; write the program to run and its arguments"}.Invalid(path)
}

const notEntrypoint = "the container has variables of kubernetes-entrypoint, but this runs something else, so it is not known what to run when all is there; " +
	"write command: [kubernetes-entrypoint] and what is to run into the variable COMMAND, or remove the variables and name what to wait for in " +
	contract.AnnotationWaitFor

// doesNothing reports whether a command does nothing that anybody could wait for: there is none, or it is one that only prints or succeeds.
// kubernetes-entrypoint starts it without a shell, so echo writes to no file.
func doesNothing(command []string) bool {
	if len(command) == 0 {
		return true
	}
	switch program := path.Base(command[0]); program {
	case "echo", "true":
		return true
	case "sh", "bash":
		return slices.Equal(command[1:], []string{"-c", "true"}) || slices.Equal(command[1:], []string{"-c", ":"})
	}
	return false
}

func isEntrypointProgram(word string) bool { return path.Base(word) == entrypointProgram }

// entrypointState tells what a container with variables of kubernetes-entrypoint runs.
type entrypointState int

const (
	entrypointThere entrypointState = iota // that program, by its command or by its image
	entrypointGone                         // what an earlier pass put in its place
	entrypointOther                        // something else
)

// findEntrypoint looks for the program in the words of a container, perhaps behind our wrapper and behind a tool that another webhook put before
// it, whose words are given then. A container without a command runs what its image says, which is taken to be that program: the arguments mean
// nothing to it.
func findEntrypoint(c *corev1.Container, becomes emulated, command []string) (before []string, state entrypointState) {
	words := slices.Concat(c.Command, c.Args)
	found, wrapped := contract.FindWrapper(words)
	switch {
	case wrapped && found.Options.Entrypoint == "":
		return words[:found.Flags-1], entrypointThere
	case wrapped:
		words = slices.Concat(words[:found.Flags-1], []string{found.Options.Entrypoint}, words[found.End:])
	case len(c.Command) == 0:
		return nil, entrypointThere
	case becomes.replaced && isReplaced(c):
		return nil, entrypointGone
	}
	at := slices.IndexFunc(words, isEntrypointProgram)
	switch ran := max(0, len(words)-len(command)); {
	case at >= 0:
		return words[:at], entrypointThere
	case wrapped && len(command) > 0 && slices.Equal(words[ran:], command):
		return nil, entrypointGone
	}
	return nil, entrypointOther
}

// replacesAny reports whether a container is replaced.
func (a awaited) replacesAny() bool {
	for _, e := range a.emulated {
		if e.replaced {
			return true
		}
	}
	return false
}

// isInitial reports whether an ordinary init container waits.
func (a awaited) isInitial(container string) bool { return a.emulated[container].initial }
