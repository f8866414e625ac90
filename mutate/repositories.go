package mutate

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// What the steps see of repositories, or every container of a Pod without steps: the tree as their workspace, and variables that tell about it. Steps
// start in the first repository, too; a container without steps is an application, which may rely on the directory of its image. Sidecars and init
// containers see nothing of it.
//
// All of that is made anew in each pass. What an earlier pass made is known by the order that it gave the cloner: so also a Pod that is copied from
// another one, with another annotation, keeps nothing of the old one's.

// hasWorkspace reports whether steps share a directory, empty or with repositories.
func (all settings) hasWorkspace() bool { return all.workspace != "" || all.clones() }

// workspaceMount is where they see it.
func (all settings) workspaceMount() corev1.VolumeMount {
	if all.clones() {
		return treeMount(all.repositories)
	}
	return corev1.VolumeMount{Name: volumeWorkspace, MountPath: all.workspace}
}

// treeMount shows the part of the volume in which only complete repositories are.
func treeMount(o clone.Order) corev1.VolumeMount {
	return corev1.VolumeMount{Name: volumeWorkspace, MountPath: o.Workspace, SubPath: contract.TreeSubPath}
}

// workspaceMounts are those that an earlier pass can have made. One that shows a tree is known where the order for that is: without it nobody could
// tell which variables went with it.
func (d decision) workspaceMounts() []corev1.VolumeMount {
	var mounts []corev1.VolumeMount
	if d.settings.hasWorkspace() {
		mounts = append(mounts, corev1.VolumeMount{Name: volumeWorkspace, MountPath: d.settings.workspaceMount().MountPath})
	}
	if hasRepositories(d.earlier) {
		mounts = append(mounts, treeMount(d.earlier))
	}
	return mounts
}

func hasRepositories(o clone.Order) bool { return len(o.Repositories) > 0 }

// seesTree reports whether a container that is wrapped sees repositories.
func (d decision) seesTree(c *corev1.Container) bool {
	return d.settings.clones() && d.shares(c.Name) && !isNative(c) && !d.awaited.isInitial(c.Name)
}

// addRepositories gives the containers that see the workspace what tells them about it, before the user's own variables, so that those can refer to it.
func addRepositories(pod *corev1.Pod, d decision) {
	if !d.settings.clones() {
		return
	}
	order := d.settings.repositories
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		if !d.shares(c.Name) {
			continue
		}
		if d.plan.has(c.Name) {
			c.WorkingDir = cmp.Or(c.WorkingDir, startDir(order))
		}
		told := variablesOf(order, d.runner(c))
		others := withoutGitConfig(withoutVariables(c.Env, told), order)
		if !hasGitConfig(others) {
			told = slices.Concat(told, gitConfig(order))
		}
		c.Env = slices.Concat(told, others)
	}
}

// removeRepositories takes away what an earlier pass added.
func removeRepositories(pod *corev1.Pod, d decision) {
	if !hasRepositories(d.earlier) {
		return
	}
	told := earlierVariables(d.earlier)
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			c := &containers[i]
			if !d.wasTold(c) {
				continue
			}
			c.Env = withoutGitConfig(withoutVariables(c.Env, told), d.earlier)
			if c.WorkingDir == startDir(d.earlier) && wasStep(c) {
				c.WorkingDir = ""
			}
		}
	}
}

// wasTold reports whether an earlier pass told a container about repositories: then it has the mount of the tree, which no container of a user's has.
func (d decision) wasTold(c *corev1.Container) bool {
	return hasRepositories(d.earlier) && hasMount(c.VolumeMounts, treeMount(d.earlier))
}

// wasStep reports whether an earlier pass wrapped a container as a step.
func wasStep(c *corev1.Container) bool {
	found, wrapped := contract.FindWrapper(slices.Concat(c.Command, c.Args))
	return wrapped && found.Options.PostFile != ""
}

// startDir is where a step starts that names no directory: in the first repository.
func startDir(o clone.Order) string { return o.Dir(o.Repositories[0]) }
