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

// A container that is to be wrapped and names no command runs what orderly.dev/commands says, else what its image says.

// commandless is a container that is to be wrapped and has no command.
type commandless struct {
	container string
	image     string
	// step is false for a sidecar, which can do without the wrapper.
	step bool
	// pending is true where the image was not looked up, as for a Job: that is done for each of its Pods.
	pending bool
	// problem says why it is not known what the container runs. Empty where it is known, or pending.
	problem string
	launch  launch
}

// wraps reports whether a container is to be run by the wrapper.
func (d decision) wraps(container string) bool {
	r := d.role(container)
	return r == roleStep || r == roleLate
}

// findLaunches finds out what each container runs that names no command and is to be wrapped.
func findLaunches(s subject, d decision) []commandless {
	var found []commandless
	platforms := sync.OnceValue(func() []Platform { return possiblePlatforms(s.spec) })
	for i := range s.spec.Containers {
		c := &s.spec.Containers[i]
		if wrappable(c) == commandMissing && d.wraps(c.Name) {
			found = append(found, d.findLaunch(s, c, platforms))
		}
	}
	return found
}

func (d decision) findLaunch(s subject, c *corev1.Container, platforms func() []Platform) commandless {
	found := commandless{container: c.Name, image: c.Image, step: d.plan.has(c.Name)}
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
		found.launch, found.problem = imageLaunch(c, image, platforms())
	}
	if found.problem == "" && !strings.Contains(c.Image, "@") {
		found.launch.warnings = append(found.launch.warnings, mutableTag(c))
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

// checkLaunches: it is known what each step runs.
func checkLaunches(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for _, l := range d.launches {
		if !l.step || l.problem == "" {
			continue
		}
		i := slices.IndexFunc(s.spec.Containers, func(c corev1.Container) bool { return c.Name == l.container })
		errs = append(errs, field.Required(s.specPath().Child("containers").Index(i).Child("command"), fmt.Sprintf(
			"step %s names no command, and what its image %s runs is not known: %s; set the command here, or as %s: {%s: [PROGRAM, ARGUMENT]}",
			l.container, cmp.Or(cut(l.image, maxValue), `""`), l.problem, contract.AnnotationCommands, l.container)))
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
		i := slices.IndexFunc(pod.Spec.Containers, func(c corev1.Container) bool { return c.Name == l.container })
		c := &pod.Spec.Containers[i]
		c.Command = slices.Concat([]string{contract.WrapperPath}, l.launch.options.Words(), l.launch.options.Args)
		c.Args = l.launch.args
	}
}

// noticeLaunches tells what may surprise about the commands that were found.
func noticeLaunches(_ subject, d decision) []string {
	var warnings []string
	for _, l := range d.launches {
		warnings = append(warnings, l.launch.warnings...)
		if !l.step && l.problem != "" {
			warnings = append(warnings, fmt.Sprintf("sidecar %q names no command, and what its image runs is not known, so when all steps "+
				"have ended it is stopped by a change of its image: %s", l.container, l.problem))
		}
	}
	return warnings
}
