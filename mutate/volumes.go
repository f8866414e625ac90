package mutate

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"orderly.dev/mutate/contract"
)

// The volumes that Orderly adds. All of them come behind the user's, in this order, and so do their mounts.
const (
	volumeBin       = reservedPrefix + "bin"        // the tools
	volumeRun       = reservedPrefix + "run"        // the markers
	volumeReady     = reservedPrefix + "ready"      // annotations of the Pod as files
	volumeEmpty     = reservedPrefix + "empty"      // nothing, over the API token of injected containers
	volumeHome      = reservedPrefix + "home"       // the home directory that steps share
	volumeWorkspace = reservedPrefix + "workspace"  // the workspace that steps share
	volumeProjected = reservedPrefix + "projected-" // a directory of many sources, with a number behind it
	volumePrivate   = reservedPrefix + "private"    // what only the cloner may know, in memory
	volumeSecret    = reservedPrefix + "secret-"    // a Secret for the cloner, with a number behind it
)

var (
	mountBin   = corev1.VolumeMount{Name: volumeBin, MountPath: contract.BinDir, ReadOnly: true}
	mountRun   = corev1.VolumeMount{Name: volumeRun, MountPath: contract.RunDir, ReadOnly: true}
	mountReady = corev1.VolumeMount{Name: volumeReady, MountPath: contract.ReadyDir, ReadOnly: true}
	mountHome  = corev1.VolumeMount{Name: volumeHome, MountPath: contract.HomeDir}
)

// stepMounts are the mounts of a step: all markers to read, and its own directory to write.
func stepMounts(container string) []corev1.VolumeMount {
	return []corev1.VolumeMount{mountBin, mountRun, ownMount(container), mountReady}
}

// ownMount is the directory that a container alone may write.
func ownMount(container string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: volumeRun, MountPath: contract.StepDir(container), SubPath: container}
}

// resultsMount shows a step the part of its own directory where it leaves results, at a path that is the same in every step.
func resultsMount(container string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: volumeRun, MountPath: contract.ResultsDir, SubPath: contract.ResultsSubPath(container)}
}

// wrapperMounts are the mounts of a container that is wrapped and no step. A sidecar of steps sees all markers, and whoever reads variables those;
// whoever says when its command runs has a directory for that.
func (d decision) wrapperMounts(c *corev1.Container, o contract.Options) []corev1.VolumeMount {
	mounts := []corev1.VolumeMount{mountBin}
	if d.plan.any() && !isNative(c) && !d.awaited.isInitial(c.Name) || len(o.EnvFiles) > 0 {
		mounts = append(mounts, mountRun)
	}
	if o.Started != "" {
		mounts = append(mounts, ownMount(c.Name))
	}
	return append(mounts, mountReady)
}

// nativeMounts are the mounts of every converted sidecar. It needs none; the one it gets is how a later pass knows that it
// was converted, see [isConverted].
func nativeMounts() []corev1.VolumeMount {
	return []corev1.VolumeMount{mountRun}
}

// runSize bounds the volume of the markers. [contract.MaxSteps] steps with a marker of 8 KiB, the largest there is, a lock and what else
// a step leaves there need less than 4 MiB. Without a bound, a step could fill the node's memory or disk through it.
var runSize = resource.MustParse("16Mi")

// runVolume holds the markers. In memory they are fastest; but under OnFailure the containers of a Pod survive a reboot of the node,
// and so must the markers of what is done.
func runVolume(pod *corev1.Pod) corev1.Volume {
	dir := &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: new(runSize.DeepCopy())}
	if restartable(pod) {
		dir.Medium = corev1.StorageMediumDefault
	}
	return corev1.Volume{Name: volumeRun, VolumeSource: corev1.VolumeSource{EmptyDir: dir}}
}

// readyVolume shows annotations of the Pod as files. An annotation that is not there is an empty file. The whole directory is
// mounted, because a file that is mounted by subPath never changes.
func readyVolume(d decision) corev1.Volume {
	source := &corev1.DownwardAPIVolumeSource{DefaultMode: new(corev1.DownwardAPIVolumeSourceDefaultMode)}
	show := func(file, annotation string) {
		source.Items = append(source.Items, corev1.DownwardAPIVolumeFile{
			Path:     strings.TrimPrefix(file, contract.ReadyDir+"/"),
			FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.annotations['" + annotation + "']"},
		})
	}
	show(contract.ReadyFile, contract.AnnotationReady)
	show(contract.CancelFile, contract.AnnotationCancel)
	show(contract.DeadFile, contract.AnnotationDead)
	gates := d.awaited.gates()
	if d.needsWaiter() && d.awaited.whole.gated {
		gates = append(gates, contract.WaitContainer)
	}
	for _, name := range gates {
		show(contract.GateFile(name), contract.GateAnnotation(name))
	}
	return corev1.Volume{Name: volumeReady, VolumeSource: corev1.VolumeSource{DownwardAPI: source}}
}

// addMountedVolumes adds those volumes of ours that a container mounts.
func addMountedVolumes(pod *corev1.Pod, d decision, around surroundings) {
	mounted := map[string]bool{}
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			for _, mount := range containers[i].VolumeMounts {
				mounted[mount.Name] = true
			}
		}
	}
	for _, volume := range []corev1.Volume{around.toolsVolume(), emptyVolume(volumeEmpty), runVolume(pod), readyVolume(d)} {
		if mounted[volume.Name] {
			addVolumes(pod, volume)
		}
	}
}

// isOurVolume reports whether a volume with a reserved name has the shape that Orderly gives it.
func isOurVolume(v *corev1.Volume) bool {
	switch v.Name {
	case volumeBin:
		return v.Image != nil || v.EmptyDir != nil
	case volumeRun, volumeEmpty, volumeHome, volumeWorkspace, volumePrivate:
		return v.EmptyDir != nil
	case volumeReady:
		return v.DownwardAPI != nil
	}
	return isNumbered(v.Name, volumeSecret) && v.Secret != nil || isNumbered(v.Name, volumeProjected) && v.Projected != nil
}

// isNumbered reports whether a name is the given one with a number behind it, as Orderly writes it.
func isNumbered(name, before string) bool {
	number, found := strings.CutPrefix(name, before)
	n, err := strconv.Atoi(number)
	return found && err == nil && n > 0 && strconv.Itoa(n) == number
}

// removeVolumes takes away what an earlier pass added, so that this one adds it anew, behind whatever came in between.
func removeVolumes(pod *corev1.Pod) {
	pod.Spec.Volumes = slices.DeleteFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return reserved(v.Name) })
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			removeMounts(&containers[i])
		}
	}
}

func removeMounts(c *corev1.Container) {
	c.VolumeMounts = slices.DeleteFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return reserved(m.Name) })
}

// sameMount compares what decides where a mount leads.
func sameMount(a, b corev1.VolumeMount) bool {
	return a.Name == b.Name && a.MountPath == b.MountPath && a.SubPath == b.SubPath && a.SubPathExpr == b.SubPathExpr &&
		a.ReadOnly == b.ReadOnly
}

func hasMount(list []corev1.VolumeMount, wanted corev1.VolumeMount) bool {
	return slices.ContainsFunc(list, func(m corev1.VolumeMount) bool { return sameMount(m, wanted) })
}

func hasMounts(c *corev1.Container, wanted []corev1.VolumeMount) bool {
	return !slices.ContainsFunc(wanted, func(m corev1.VolumeMount) bool { return !hasMount(c.VolumeMounts, m) })
}

func addMounts(c *corev1.Container, mounts []corev1.VolumeMount) {
	c.VolumeMounts = slices.Concat(c.VolumeMounts, mounts)
}
