package mutate

import (
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"orderly.dev/mutate/contract"
)

// The volumes that Orderly adds. All of them come behind the user's, in this order, and so do their mounts.
const (
	volumeBin       = reservedPrefix + "bin"       // the tools
	volumeRun       = reservedPrefix + "run"       // the markers
	volumeReady     = reservedPrefix + "ready"     // annotations of the Pod as files
	volumeEmpty     = reservedPrefix + "empty"     // nothing, over the API token of injected containers
	volumeHome      = reservedPrefix + "home"      // the home directory that steps share
	volumeWorkspace = reservedPrefix + "workspace" // the workspace that steps share
)

var (
	mountBin   = corev1.VolumeMount{Name: volumeBin, MountPath: contract.BinDir, ReadOnly: true}
	mountRun   = corev1.VolumeMount{Name: volumeRun, MountPath: contract.RunDir, ReadOnly: true}
	mountReady = corev1.VolumeMount{Name: volumeReady, MountPath: contract.ReadyDir, ReadOnly: true}
	mountHome  = corev1.VolumeMount{Name: volumeHome, MountPath: contract.HomeDir}
)

// stepMounts are the mounts of a step: all markers to read, and its own directory to write.
func stepMounts(container string) []corev1.VolumeMount {
	own := corev1.VolumeMount{Name: volumeRun, MountPath: contract.StepDir(container), SubPath: container}
	return []corev1.VolumeMount{mountBin, mountRun, own, mountReady}
}

// resultsMount shows a step the part of its own directory where it leaves results, at a path that is the same in every step.
func resultsMount(container string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: volumeRun, MountPath: contract.ResultsDir, SubPath: contract.ResultsSubPath(container)}
}

func workspaceMount(path string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: volumeWorkspace, MountPath: path}
}

// sidecarMounts are the mounts of a wrapped sidecar, which leaves no marker.
func sidecarMounts() []corev1.VolumeMount {
	return []corev1.VolumeMount{mountBin, mountRun, mountReady}
}

// nativeMounts are the mounts of a converted sidecar. It needs none; the one it gets is how a later pass knows that it
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
func readyVolume() corev1.Volume {
	files := map[string]string{
		contract.ReadyFile:  contract.AnnotationReady,
		contract.CancelFile: contract.AnnotationCancel,
		contract.DeadFile:   contract.AnnotationDead,
	}
	source := &corev1.DownwardAPIVolumeSource{DefaultMode: new(corev1.DownwardAPIVolumeSourceDefaultMode)}
	for _, file := range []string{contract.ReadyFile, contract.CancelFile, contract.DeadFile} {
		source.Items = append(source.Items, corev1.DownwardAPIVolumeFile{
			Path:     path.Base(file),
			FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.annotations['" + files[file] + "']"},
		})
	}
	return corev1.Volume{Name: volumeReady, VolumeSource: corev1.VolumeSource{DownwardAPI: source}}
}

// isOurVolume reports whether a volume with a reserved name has the shape that Orderly gives it.
func isOurVolume(v *corev1.Volume) bool {
	switch v.Name {
	case volumeBin:
		return v.Image != nil || v.EmptyDir != nil
	case volumeRun, volumeEmpty, volumeHome, volumeWorkspace:
		return v.EmptyDir != nil
	case volumeReady:
		return v.DownwardAPI != nil
	}
	return false
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

func addMounts(c *corev1.Container, mounts []corev1.VolumeMount) {
	c.VolumeMounts = slices.Concat(c.VolumeMounts, mounts)
}
