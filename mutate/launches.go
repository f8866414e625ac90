package mutate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// A container that is to be wrapped and names no command runs what orderly.dev/commands says, else what its image says. One that ran
// kubernetes-entrypoint runs what its variable COMMAND says (emulated.go).

// commandless is a container that is to be wrapped and has no command, or one that does not count.
type commandless struct {
	container string
	image     string
	path      *field.Path
	// needed is false for a sidecar that only leaves by itself, which can do without the wrapper.
	needed bool
	// pending is true where the image was not looked up, as for a Job: that is done for each of its Pods.
	pending bool
	// problem says why it is not known what the container runs. Empty where it is known, or pending.
	problem string
	launch  launch
}

// wraps reports whether a container is to be run by the wrapper: a regular one that is a step or a late sidecar, or any, also a native sidecar,
// that waits for something by itself or gets files. For init containers there is [decision.wrapsInit].
func (d decision) wraps(c *corev1.Container) bool {
	r := d.role(c.Name)
	return d.awaited.concerns(c.Name) || !isNative(c) && (r == roleStep || r == roleLate)
}

// wrapsInit reports whether an init container is to be run by the wrapper: a native sidecar, or one that ran kubernetes-entrypoint and is not
// replaced.
func (d decision) wrapsInit(c *corev1.Container) bool {
	e := d.awaited.emulated[c.Name]
	return (isNative(c) || e.initial && !e.replaced) && d.wraps(c)
}

// wrapped lists the containers that are to be run by the wrapper, init containers first.
func (s subject) wrapped(d decision) []placedContainer {
	list := make([]placedContainer, 0, len(s.initContainers())+len(s.containers()))
	for _, c := range s.initContainers() {
		if d.wrapsInit(c.Container) {
			list = append(list, c)
		}
	}
	for _, c := range s.containers() {
		if d.wraps(c.Container) {
			list = append(list, c)
		}
	}
	return list
}

// findLaunches finds out what each container runs that names no command and is to be wrapped.
func findLaunches(s subject, d decision) []commandless {
	var found []commandless
	platforms := sync.OnceValue(func() []Platform { return possiblePlatforms(s.spec) })
	for _, c := range s.wrapped(d) {
		switch e, is := d.awaited.emulated[c.Name]; {
		case e.words != nil:
			found = append(found, commandless{container: c.Name, image: c.Image, path: c.path, needed: true, launch: launchOf(e.words)})
		case is: // it is there already, or what is wrong with it has been told
		case wrappable(c.Container) == commandMissing:
			found = append(found, d.findLaunch(s, c, platforms))
		}
	}
	return found
}

func launchOf(words []string) launch {
	return launch{options: contract.Options{Entrypoint: words[0], Args: words[1:]}}
}

func (d decision) findLaunch(s subject, c placedContainer, platforms func() []Platform) commandless {
	found := commandless{
		container: c.Name, image: c.Image, path: c.path, needed: d.plan.has(c.Name) || d.awaited.concerns(c.Name),
	}
	if words := d.settings.commands.find(c.Name); words != nil {
		found.launch = launch{options: contract.Options{Entrypoint: words[0], Args: words[1:]}, args: c.Args}
		return found
	}
	found.pending = s.images == nil
	image, asked := s.images[c.Name]
	switch {
	case found.pending, len(platforms()) == 0: // the latter is denied, see validate_platforms.go
	case !asked:
		found.problem = "no registry was asked"
	default:
		found.launch, found.problem = imageLaunch(c.Container, image, platforms())
	}
	if found.problem == "" && !strings.Contains(c.Image, "@") {
		found.launch.warnings = append(found.launch.warnings, mutableTag(c.Container))
	}
	return found
}

// pending reports whether it will be known only for each Pod of a Job what a container runs.
func (d decision) pending(container string) bool {
	return slices.ContainsFunc(d.launches, func(l commandless) bool { return l.container == container && l.pending })
}

func mutableTag(c *corev1.Container) string {
	return fmt.Sprintf("container %q has no command, and its image no digest: what runs may differ from what was looked up", c.Name)
}

// checkLaunches: it is known what each step runs, and each container that waits for something by itself or gets files.
func checkLaunches(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for _, l := range d.launches {
		if !l.needed || l.problem == "" {
			continue
		}
		subject, orElse := "step "+l.container, fmt.Sprintf(", or as %s: {%s: [PROGRAM, ARGUMENT]}", contract.AnnotationCommands, l.container)
		if !d.plan.has(l.container) {
			subject = "container " + l.container + ", which is to be wrapped because of what it waits for or gets,"
		}
		if slices.ContainsFunc(s.initContainers(), func(c placedContainer) bool { return c.path == l.path }) {
			orElse = ""
		}
		errs = append(errs, field.Required(l.path.Child("command"), fmt.Sprintf(
			"%s names no command, and what its image %s runs is not known: %s; set the command here%s",
			subject, cmp.Or(cut(l.image, maxValue), `""`), l.problem, orElse)))
	}
	return errs
}

// giveCommands writes what is known into the containers, as if they were wrapped already: from there on they are treated like those
// that an earlier pass has wrapped, which keep their command and their stop signal.
func giveCommands(pod *corev1.Pod, d decision) {
	for _, l := range d.launches {
		if l.pending || l.problem != "" {
			continue
		}
		c := findContainer(pod, l.container)
		c.Command = slices.Concat([]string{contract.WrapperPath}, l.launch.options.Words(), l.launch.options.Args)
		c.Args = l.launch.args
	}
}

func findContainer(pod *corev1.Pod, name string) *corev1.Container {
	for _, containers := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
		if i := slices.IndexFunc(containers, func(c corev1.Container) bool { return c.Name == name }); i >= 0 {
			return &containers[i]
		}
	}
	return nil
}

// noticeLaunches tells what may surprise about the commands that were found.
func noticeLaunches(_ subject, d decision) []string {
	var warnings []string
	for _, l := range d.launches {
		warnings = append(warnings, l.launch.warnings...)
		if !l.needed && l.problem != "" {
			warnings = append(warnings, fmt.Sprintf("sidecar %q names no command, and what its image runs is not known, so when all steps "+
				"have ended it is stopped by a change of its image: %s", l.container, l.problem))
		}
	}
	return warnings
}
