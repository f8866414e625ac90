package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Directories that all steps share: orderly.dev/home and orderly.dev/workspace. In a Pod without steps they are for every container.
// Each is an empty directory when the Pod starts, but for repositories in the workspace. Init containers and sidecars do not see them.

const homeVariable = "HOME"

// shares reports whether a regular container sees the shared directories.
func (d decision) shares(container string) bool { return !d.plan.any() || d.plan.has(container) }

// addSharedDirectories adds what the annotations ask for. A HOME of the user's stays, whatever it is; only one in envFrom cannot be seen
// at admission, and gives way.
func addSharedDirectories(pod *corev1.Pod, d decision) {
	chosen := d.settings
	if chosen.home {
		addVolumes(pod, emptyVolume(volumeHome))
	}
	if chosen.hasWorkspace() {
		addVolumes(pod, emptyVolume(volumeWorkspace))
	}
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		if !d.shares(c.Name) {
			continue
		}
		if chosen.home && !slices.ContainsFunc(c.Env, isForeignHome) {
			c.Env = slices.Concat([]corev1.EnvVar{{Name: homeVariable, Value: contract.HomeDir}}, slices.DeleteFunc(c.Env, isOurHome))
			addMounts(c, []corev1.VolumeMount{mountHome})
		}
		if chosen.hasWorkspace() {
			addMounts(c, []corev1.VolumeMount{chosen.workspaceMount()})
		}
	}
}

// isOurHome knows the variable by its value, below a path that is reserved. It comes first, so that the user's variables can refer to it.
func isOurHome(e corev1.EnvVar) bool {
	return e.Name == homeVariable && e.Value == contract.HomeDir && e.ValueFrom == nil
}

func isForeignHome(e corev1.EnvVar) bool { return e.Name == homeVariable && !isOurHome(e) }

// removeHome takes away the variable that an earlier pass added, which is to be known by the mount beside it.
func removeHome(pod *corev1.Pod) {
	for i := range pod.Spec.Containers {
		if c := &pod.Spec.Containers[i]; hasMount(c.VolumeMounts, mountHome) {
			c.Env = slices.DeleteFunc(c.Env, isOurHome)
		}
	}
}
