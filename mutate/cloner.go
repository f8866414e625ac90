package mutate

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// orderly.dev/clone: repositories are in place before anything runs. An init container, [contract.CloneContainer], clones all of them, so that
// credentials are in that container alone, and no step needs git. It runs the cloner of its own image, which gets a [clone.Order] as its only
// argument. What the steps see of it stands in repositories.go.

// clones reports whether there are repositories.
func (all settings) clones() bool { return len(all.repositories.Repositories) > 0 }

// clonerMounts are what every cloner has: the tree as a whole, memory for what only it may know, its own directory to say what it found, and
// nothing over the API token. The mounts of Secrets come behind them, see [secretMounts].
var clonerMounts = []corev1.VolumeMount{
	{Name: volumeWorkspace, MountPath: contract.TreesDir},
	{Name: volumePrivate, MountPath: contract.PrivateDir},
	ownMount(contract.CloneContainer),
	{Name: volumeEmpty, MountPath: tokenDir, ReadOnly: true},
}

// addCloner puts the init container behind the native sidecars that come first, so that a mesh is up, and before the user's own. Where the Pod
// waits in an init container, that is put before it later. It is what an earlier pass added, or a zero container.
func addCloner(pod *corev1.Pod, cloner corev1.Container, d decision, ours needs) {
	if !d.settings.clones() {
		return
	}
	fillCloner(&cloner, d)
	allot(&cloner, ours, cloning)
	cloner.SecurityContext = clonerSecurity(pod, d)
	pod.Spec.InitContainers = slices.Insert(pod.Spec.InitContainers, leadingNatives(&pod.Spec), cloner)
}

// fillCloner sets what Orderly decides about it, but for what it asks for. The rest, which others gave it after an earlier pass, stays.
func fillCloner(c *corev1.Container, d decision) {
	c.Name = contract.CloneContainer
	c.Command, c.Args = []string{contract.ToolsCloner}, []string{d.settings.repositories.Encode()}
	fillTool(c, d.config)
	c.Image = d.config.CloneImage
	addMounts(c, slices.Concat(clonerMounts, secretMounts(d.settings.repositories)))
}

// takeCloner removes the cloner of an earlier pass, as [takeInstaller] removes the installer.
func takeCloner(pod *corev1.Pod) corev1.Container { return takeInit(pod, isCloner) }

// isCloner reports whether a container is the cloner, in the way of [isInstaller].
func isCloner(c *corev1.Container) bool {
	return c.Name == contract.CloneContainer && (slices.Contains(c.Command, contract.ToolsCloner) || slices.Contains(c.Args, contract.ToolsCloner)) &&
		hasMounts(c, clonerMounts)
}

// earlierOrder is what an earlier pass told the cloner, by which it is known what that pass told the steps. It is zero where there was none, or
// one of a version that wrote it in another way.
func earlierOrder(spec *corev1.PodSpec) clone.Order {
	for i := range spec.InitContainers {
		if c := &spec.InitContainers[i]; isCloner(c) {
			order, _ := clone.FindOrder(slices.Concat(c.Command, c.Args))
			return order
		}
	}
	return clone.Order{}
}

// secretNames are the Secrets of an order, each once.
func secretNames(o clone.Order) []string {
	var names []string
	for _, r := range o.Repositories {
		if r.Secret != "" && !slices.Contains(names, r.Secret) {
			names = append(names, r.Secret)
		}
	}
	return names
}

// secretMounts show each Secret in a directory with its name.
func secretMounts(o clone.Order) []corev1.VolumeMount {
	var mounts []corev1.VolumeMount
	for i, name := range secretNames(o) {
		mounts = append(mounts, corev1.VolumeMount{Name: secretVolume(i), MountPath: path.Join(contract.SecretsDir, name), ReadOnly: true})
	}
	return mounts
}

// earlierClonerMounts are the mounts that an earlier pass can have made in this cloner, which may have had other Secrets.
func earlierClonerMounts(c *corev1.Container) []corev1.VolumeMount {
	mounts := slices.Clone(clonerMounts)
	for _, m := range c.VolumeMounts {
		if strings.HasPrefix(m.Name, volumeSecret) && path.Dir(m.MountPath) == contract.SecretsDir && m.ReadOnly {
			mounts = append(mounts, m)
		}
	}
	return mounts
}
