package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// How the wrapper gets into a Pod: the tools image is mounted as a volume, or an init container copies the wrapper out of it into an
// emptyDir. The volume costs nothing and cannot be written to, but some runtimes that know nothing of image volumes mount an empty
// directory instead. A Pod whose wrapper is missing does not hang: the runtime cannot start any container that is wrapped. Its status
// says StartError, exit code 128, and (containerd 2.4 with runc)
//
//	failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start
//	container process: exec: "/builder/bin/entrypoint": stat /builder/bin/entrypoint: no such file or directory
//
// Under restartPolicy Never the Pod fails with that; under OnFailure the kubelet tries again, and the same words stand in the
// container's lastState. An installer whose image has no wrapper ends in the same way, with exec: "/entrypoint" in the message.

// delivery is the way for this Pod.
func (a surroundings) delivery() Delivery {
	switch {
	case a.config.Delivery == DeliveryAuto && !a.facts.ImageVolumes, a.config.Delivery == InitContainer:
		return InitContainer
	}
	return ImageVolume
}

// needsTools reports whether a container is run by the wrapper. One that only waits in an init container brings its own.
func (d decision) needsTools(spec *corev1.PodSpec) bool {
	return d.plan.any() || slices.ContainsFunc(spec.Containers, func(c corev1.Container) bool { return d.wraps(&c) }) ||
		slices.ContainsFunc(spec.InitContainers, func(c corev1.Container) bool { return d.wrapsInit(&c) })
}

// addInstaller adds the init container that fills the volume of the tools, where that is needed. It comes first, before the native sidecars,
// so that everything behind it finds the tools. It is what an earlier pass added, or a zero container; where the way has changed since,
// nothing is left of it.
func addInstaller(pod *corev1.Pod, installer corev1.Container, around surroundings, ours needs) {
	if around.delivery() == ImageVolume {
		return
	}
	fillInstaller(&installer, around.config)
	allot(&installer, ours, frugals)
	installer.SecurityContext = installerSecurity(pod)
	pod.Spec.InitContainers = slices.Concat([]corev1.Container{installer}, pod.Spec.InitContainers)
}

// toolsVolume is the volume of the tools.
func (a surroundings) toolsVolume() corev1.Volume {
	if a.delivery() == InitContainer {
		return emptyVolume(volumeBin)
	}
	image := &corev1.ImageVolumeSource{Reference: a.config.ToolsImage, PullPolicy: a.config.ToolsPullPolicy}
	return corev1.Volume{Name: volumeBin, VolumeSource: corev1.VolumeSource{Image: image}}
}

func addVolumes(pod *corev1.Pod, volumes ...corev1.Volume) {
	pod.Spec.Volumes = slices.Concat(pod.Spec.Volumes, volumes)
}

func emptyVolume(name string) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}
}

const (
	installerName = reservedPrefix + "install"
	// tokenDir is where the ServiceAccount admission plugin mounts the API token, unless something else is mounted there.
	tokenDir = "/var/run/secrets/kubernetes.io/serviceaccount"
)

var installCommand = []string{contract.ToolsWrapper, contract.VerbInstall, contract.WrapperPath}

// installerMounts are where the installer writes, and nothing over the API token.
var installerMounts = []corev1.VolumeMount{
	{Name: volumeBin, MountPath: contract.BinDir},
	{Name: volumeEmpty, MountPath: tokenDir, ReadOnly: true},
}

// fillInstaller sets what Orderly decides about the installer, but for what it asks for (see allotment.go). The rest, which others gave
// it after an earlier pass, stays.
func fillInstaller(c *corev1.Container, config Config) {
	c.Name = installerName
	c.Command, c.Args = slices.Clone(installCommand), nil
	fillTool(c, config)
	addMounts(c, installerMounts)
}

// fillTool sets what all init containers of ours have in common.
func fillTool(c *corev1.Container, config Config) {
	c.Image = config.ToolsImage
	c.ImagePullPolicy = config.ToolsPullPolicy
	c.RestartPolicy = nil
	c.TerminationMessagePath = corev1.TerminationMessagePathDefault
	c.TerminationMessagePolicy = corev1.TerminationMessageFallbackToLogsOnError
}

// toolsUser is the USER of the tools image.
const toolsUser = 65532

// toolSecurity satisfies the PodSecurity profile "restricted", and leaves the user open.
func toolSecurity() *corev1.SecurityContext {
	return &corev1.SecurityContext{
		RunAsNonRoot:             new(true),
		AllowPrivilegeEscalation: new(false),
		ReadOnlyRootFilesystem:   new(true),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile:           &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
}

// installerSecurity satisfies the PodSecurity profile "restricted". The user is the Pod's, else the image's; only where the Pod runs
// as root is it named, because the kubelet would refuse to start the container.
func installerSecurity(pod *corev1.Pod) *corev1.SecurityContext {
	security := toolSecurity()
	if ofPod := pod.Spec.SecurityContext; ofPod != nil && ofPod.RunAsUser != nil && *ofPod.RunAsUser == 0 {
		security.RunAsUser = new(int64(toolsUser))
	}
	return security
}

// takeInstaller removes the installer of an earlier pass and returns it without its mounts of ours, by which it is known; a zero
// container where there is none.
func takeInstaller(pod *corev1.Pod) corev1.Container { return takeInit(pod, isInstaller) }

// takeInit removes an init container of an earlier pass.
func takeInit(pod *corev1.Pod, isIt func(*corev1.Container) bool) corev1.Container {
	i := slices.IndexFunc(pod.Spec.InitContainers, func(c corev1.Container) bool { return isIt(&c) })
	if i < 0 {
		return corev1.Container{}
	}
	taken := pod.Spec.InitContainers[i]
	removeMounts(&taken)
	pod.Spec.InitContainers = slices.Delete(pod.Spec.InitContainers, i, i+1)
	return taken
}

// isInstaller reports whether a container is Orderly's: by its name, by what it runs, perhaps behind a tool that another webhook put before
// it, and by its mounts, which no container of a user's has. Its image does not count, because webhooks of mirrors change it.
func isInstaller(c *corev1.Container) bool {
	if c.Name != installerName {
		return false
	}
	words := slices.Concat(c.Command, c.Args)
	start := len(words) - len(installCommand)
	return start >= 0 && slices.Equal(words[start:], installCommand) && hasMounts(c, installerMounts)
}
