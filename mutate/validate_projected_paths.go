package mutate

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// checkProjectedPaths: where a directory is mounted nothing else of the container is, nor above it, nor below it: one of the two would hide the other,
// or a part of it, or could not be mounted at all, because the directory is read-only.
func checkProjectedPaths(s subject, d decision) field.ErrorList {
	w, _ := s.wish(contract.AnnotationProjected)
	var errs field.ErrorList
	for i, p := range d.projected {
		if p.path == "" {
			continue // that is told already
		}
		for _, clash := range d.clashes(s, i) {
			errs = append(errs, annotation.Problem{Place: p.place, Value: p.path, Detail: clash.String() + "; choose another path"}.Invalid(w.path()))
		}
	}
	return errs
}

// clash is something that is mounted where a directory is to be, in some containers.
type clash struct {
	with string
	in   []string
}

func (c clash) String() string {
	if len(c.in) == 1 {
		return c.with + " in container " + c.in[0]
	}
	return c.with + " in the containers " + enumerate(c.in)
}

// clashes finds of each container that sees a directory the first thing that is in its way. What is the same in several stands together.
func (d decision) clashes(s subject, index int) []clash {
	var clashes []clash
	for c := range s.everyContainer() {
		if !d.projected[index].seen[c.Name] {
			continue
		}
		with := cmp.Or(d.earlierInTheWay(index, c), usersInTheWay(d.projected[index].path, c), d.othersInTheWay(s, index, c))
		if with == "" {
			continue
		}
		known := slices.IndexFunc(clashes, func(c clash) bool { return c.with == with })
		if known < 0 {
			clashes, known = append(clashes, clash{with: with}), len(clashes)
		}
		clashes[known].in = append(clashes[known].in, c.Name)
	}
	return clashes
}

// earlierInTheWay looks at the directories above in the annotation.
func (d decision) earlierInTheWay(index int, c placedContainer) string {
	for _, p := range d.projected[:index] {
		if p.seen[c.Name] && p.path != "" && overlap(d.projected[index].path, p.path) {
			return fmt.Sprintf("the directory of %v is mounted at %s", p.place, cut(p.path, maxValue))
		}
	}
	return ""
}

// usersInTheWay looks at what the container itself has. Mounts of Orderly's are of an earlier pass, and made anew.
func usersInTheWay(wanted string, c placedContainer) string {
	for i := range c.VolumeMounts {
		m := &c.VolumeMounts[i]
		if at := path.Clean("/" + m.MountPath); !reserved(m.Name) && overlap(wanted, at) {
			return fmt.Sprintf("volume %s is mounted at %s", cut(m.Name, maxValue), cut(at, maxValue))
		}
	}
	for _, device := range c.VolumeDevices {
		if at := path.Clean("/" + device.DevicePath); overlap(wanted, at) {
			return fmt.Sprintf("device %s is at %s", cut(device.Name, maxValue), cut(at, maxValue))
		}
	}
	if at := path.Clean("/" + terminationPath(c.Container)); overlap(wanted, at) {
		return "the terminationMessagePath is " + cut(at, maxValue)
	}
	return ""
}

// othersInTheWay looks at what others mount in the container: Orderly the workspace, and a plugin of the API server the token, unless the Pod says not to.
// On a template, and where the ServiceAccount says not to, the token cannot be seen.
func (d decision) othersInTheWay(s subject, index int, c placedContainer) string {
	wanted := d.projected[index].path
	if workspace := d.settings.workspaceMount().MountPath; d.settings.hasWorkspace() && overlap(wanted, workspace) &&
		d.shares(c.Name) && slices.Contains(containerNames(s.spec.Containers), c.Name) {
		return "the workspace is mounted at " + cut(workspace, maxValue)
	}
	if overlap(wanted, tokenDir) && mountsToken(s.spec) {
		return "unless automountServiceAccountToken is false, the API token is mounted at " + tokenDir
	}
	return ""
}

// mountsToken reports whether a Pod leaves it to its ServiceAccount whether it gets the API token, which is yes unless that says no.
func mountsToken(spec *corev1.PodSpec) bool {
	return spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken
}
