package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"orderly.dev/mutate/contract"
)

// addTools adds the volume of the tools and, where an init container has to fill it, that container with what it needs. The
// installer comes first, before the native sidecars, so that everything behind it finds the tools. It is what an earlier pass added,
// or a zero container.
func addTools(pod *corev1.Pod, installer corev1.Container, config Config) {
	if config.Delivery != InitContainer {
		image := &corev1.ImageVolumeSource{Reference: config.ToolsImage, PullPolicy: config.ToolsPullPolicy}
		addVolumes(pod, corev1.Volume{Name: volumeBin, VolumeSource: corev1.VolumeSource{Image: image}})
		return
	}
	fillInstaller(&installer, config)
	installer.SecurityContext = installerSecurity(pod)
	pod.Spec.InitContainers = slices.Concat([]corev1.Container{installer}, pod.Spec.InitContainers)
	addVolumes(pod, emptyVolume(volumeBin), emptyVolume(volumeEmpty))
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

var installCommand = []string{"/entrypoint", "install", contract.WrapperPath}

// installerMounts are where the installer writes, and nothing over the API token.
var installerMounts = []corev1.VolumeMount{
	{Name: volumeBin, MountPath: contract.BinDir},
	{Name: volumeEmpty, MountPath: tokenDir, ReadOnly: true},
}

// installerRequests are what copying a file of 2 MB needs. There is no limit of CPU, which would only make it slow.
var installerRequests = corev1.ResourceList{
	corev1.ResourceCPU:    resource.MustParse("10m"),
	corev1.ResourceMemory: resource.MustParse("16Mi"),
}

// fillInstaller sets what Orderly decides about the installer. The rest, such as the limits that a LimitRange gave it after an earlier
// pass, stays: without them the API server would refuse the Pod.
func fillInstaller(c *corev1.Container, config Config) {
	c.Name = installerName
	c.Image = config.ToolsImage
	c.ImagePullPolicy = config.ToolsPullPolicy
	c.Command, c.Args = slices.Clone(installCommand), nil
	c.RestartPolicy = nil
	c.TerminationMessagePath = corev1.TerminationMessagePathDefault
	c.TerminationMessagePolicy = corev1.TerminationMessageFallbackToLogsOnError
	for name, quantity := range installerRequests {
		if _, given := c.Resources.Requests[name]; given {
			continue
		}
		if c.Resources.Requests == nil {
			c.Resources.Requests = corev1.ResourceList{}
		}
		c.Resources.Requests[name] = quantity.DeepCopy()
	}
	addMounts(c, installerMounts)
}

// toolsUser is the USER of the tools image.
const toolsUser = 65532

// installerSecurity satisfies the PodSecurity profile "restricted". The user is the Pod's, else the image's; only where the Pod runs
// as root is it named, because the kubelet would refuse to start the container.
func installerSecurity(pod *corev1.Pod) *corev1.SecurityContext {
	security := &corev1.SecurityContext{
		RunAsNonRoot:             new(true),
		AllowPrivilegeEscalation: new(false),
		ReadOnlyRootFilesystem:   new(true),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile:           &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	if ofPod := pod.Spec.SecurityContext; ofPod != nil && ofPod.RunAsUser != nil && *ofPod.RunAsUser == 0 {
		security.RunAsUser = new(int64(toolsUser))
	}
	return security
}

// takeInstaller removes the installer of an earlier pass and returns it without its mounts of ours, by which it is known; a zero
// container where there is none.
func takeInstaller(pod *corev1.Pod) corev1.Container {
	i := slices.IndexFunc(pod.Spec.InitContainers, func(c corev1.Container) bool { return isInstaller(&c) })
	if i < 0 {
		return corev1.Container{}
	}
	installer := pod.Spec.InitContainers[i]
	removeMounts(&installer)
	pod.Spec.InitContainers = slices.Delete(pod.Spec.InitContainers, i, i+1)
	return installer
}

// isInstaller reports whether a container is Orderly's: by its name, by what it runs, perhaps behind a tool that another webhook put before
// it, and by its mounts, which no container of a user's has. Its image does not count, because webhooks of mirrors change it.
func isInstaller(c *corev1.Container) bool {
	if c.Name != installerName {
		return false
	}
	words := slices.Concat(c.Command, c.Args)
	start := len(words) - len(installCommand)
	return start >= 0 && slices.Equal(words[start:], installCommand) &&
		!slices.ContainsFunc(installerMounts, func(m corev1.VolumeMount) bool { return !hasMount(c.VolumeMounts, m) })
}
