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

// checkProjectedPaths: a directory hides nothing that the container has mounted, and can be mounted.
//
// Nothing of the user's is mounted where the directory is, or inside of it. The directory may be inside of a mount of the user's, as any volume may,
// where the container runtime can make a directory to mount it on, see [refusesMountpoint]. It may be inside of the workspace too, but not of
// one with repositories: what they hold is not known here, so it could hide files of theirs or find a file in its place, and git would take what is in
// it for files to be committed. That is also the rule for what users mount there, see [checkWorkspace].
//
// Two entries are not inside of each other, because the inner one would hide what the outer one has there. A source with items puts its files into a
// directory of the outer one, and hides nothing.
func checkProjectedPaths(s subject, d decision) field.ErrorList {
	if len(d.projected) == 0 {
		return nil
	}
	w, _ := s.wish(contract.AnnotationProjected)
	volumes := volumesByName(s.spec)
	var errs field.ErrorList
	for i, p := range d.projected {
		if p.path == "" {
			continue // that is told already
		}
		for _, clash := range d.clashes(s, i, volumes) {
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
func (d decision) clashes(s subject, index int, volumes map[string]*corev1.Volume) []clash {
	var clashes []clash
	for c := range s.everyContainer() {
		if !d.projected[index].seen[c.Name] {
			continue
		}
		wanted := d.projected[index].path
		with := cmp.Or(d.earlierInTheWay(index, c), usersInTheWay(wanted, c, volumes), filesInTheWay(wanted, c), d.othersInTheWay(s, index, c))
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

// usersInTheWay looks at the volumes that the container itself mounts. Mounts of Orderly's are of an earlier pass, and made anew.
func usersInTheWay(wanted string, c placedContainer, volumes map[string]*corev1.Volume) string {
	var nearest *corev1.VolumeMount // of those that the directory is inside of
	for i := range c.VolumeMounts {
		m := &c.VolumeMounts[i]
		switch at := mountedAt(m); {
		case reserved(m.Name):
		case at == wanted, inside(at, wanted):
			return fmt.Sprintf("volume %s is mounted at %s", cut(m.Name, maxValue), cut(at, maxValue))
		case inside(wanted, at) && (nearest == nil || len(at) > len(mountedAt(nearest))):
			nearest = m
		}
	}
	if nearest != nil && refusesMountpoint(nearest, volumes[nearest.Name]) {
		return fmt.Sprintf("no directory can be made for this one in volume %s, which is mounted read-only at %s",
			cut(nearest.Name, maxValue), cut(mountedAt(nearest), maxValue))
	}
	return ""
}

// filesInTheWay looks at what the container has at paths that are no directories.
func filesInTheWay(wanted string, c placedContainer) string {
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
	if d.shares(c.Name) && slices.Contains(containerNames(s.spec.Containers), c.Name) {
		if with := d.settings.workspaceInTheWay(wanted); with != "" {
			return with
		}
	}
	if overlap(wanted, tokenDir) && mountsToken(s.spec) {
		return "unless automountServiceAccountToken is false, the API token is mounted at " + tokenDir
	}
	return ""
}

func (all settings) workspaceInTheWay(wanted string) string {
	if !all.hasWorkspace() {
		return ""
	}
	switch workspace := all.workspaceMount().MountPath; {
	case all.clones() && overlap(wanted, workspace):
		return "the workspace with the repositories is mounted at " + cut(workspace, maxValue)
	case wanted == workspace, inside(workspace, wanted):
		return "the workspace is mounted at " + cut(workspace, maxValue)
	}
	return ""
}

// mountsToken reports whether a Pod leaves it to its ServiceAccount whether it gets the API token, which is yes unless that says no.
func mountsToken(spec *corev1.PodSpec) bool {
	return spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken
}
