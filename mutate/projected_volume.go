package mutate

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// placedProjection is an entry with the names of the containers that see its directory.
type placedProjection struct {
	projection
	seen map[string]bool
}

// placeProjected finds out who sees which directory: whom the entry names, be it an init container or a sidecar, because each can mount a volume; and else
// whoever shares directories, see shared_directories.go. Where all steps that were asked for are wrong it is not known who that would be.
func placeProjected(s subject, d decision) []placedProjection {
	var placed []placedProjection
	for _, p := range d.settings.projected {
		seen := map[string]bool{}
		for _, named := range p.named {
			seen[named.Name] = true
		}
		for _, c := range s.containers() {
			if p.named == nil && d.shares(c.Name) && !d.plan.failed() {
				seen[c.Name] = true
			}
		}
		placed = append(placed, placedProjection{p, seen})
	}
	return placed
}

// addProjected adds the directories, each as a volume that is mounted read-only. It is mounted whole, because a file that is mounted by subPath never
// changes.
func addProjected(pod *corev1.Pod, d decision) {
	for i, p := range d.projected {
		addVolumes(pod, p.volume(i))
	}
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			if mounts := d.projectedMounts(containers[i].Name); len(mounts) > 0 {
				addMounts(&containers[i], mounts)
			}
		}
	}
}

// projectedMounts are those of a container, but for paths that are wrong.
func (d decision) projectedMounts(container string) []corev1.VolumeMount {
	var mounts []corev1.VolumeMount
	for i, p := range d.projected {
		if p.seen[container] && p.path != "" {
			mounts = append(mounts, corev1.VolumeMount{Name: projectedName(i), MountPath: p.path, ReadOnly: true})
		}
	}
	return mounts
}

func projectedName(index int) string { return volumeProjected + strconv.Itoa(index+1) }

// volume has all that the API server would fill in, so that it is the same before and after that.
func (p projection) volume(index int) corev1.Volume {
	source := &corev1.ProjectedVolumeSource{DefaultMode: new(p.mode)}
	for _, s := range p.sources {
		source.Sources = append(source.Sources, s.VolumeProjection)
	}
	return corev1.Volume{Name: projectedName(index), VolumeSource: corev1.VolumeSource{Projected: source}}
}

// earlierProjected are the names of the directories that an earlier pass made.
func earlierProjected(spec *corev1.PodSpec) map[string]bool {
	made := map[string]bool{}
	for i := range spec.Volumes {
		if v := &spec.Volumes[i]; v.Projected != nil && isNumbered(v.Name, volumeProjected) {
			made[v.Name] = true
		}
	}
	return made
}

// isProjectedMount knows the mount of an earlier pass by its form, not by its path: in a copy of another Pod the annotation may say another one since.
func isProjectedMount(m *corev1.VolumeMount) bool {
	return m.ReadOnly && m.SubPath == "" && m.SubPathExpr == "" && !underRoot(m.MountPath)
}

// projectedText writes for people which directories there are, behind a semicolon. It is empty for none.
//
//	; projects: /props of configMap workflow-props, secret credentials (build)
func projectedText(list []projection) string {
	if len(list) == 0 {
		return ""
	}
	lines := make([]string, len(list))
	for i, p := range list {
		lines[i] = p.String()
	}
	return "; projects: " + strings.Join(lines, "; ")
}

func (p projection) String() string {
	sources := make([]string, len(p.sources))
	for i, source := range p.sources {
		sources[i] = source.text
	}
	text := p.path + " of " + strings.Join(sources, ", ")
	if len(p.named) > 0 {
		text += " (" + joinNames(p.named) + ")"
	}
	return text
}
