package mutate

import (
	"path"

	corev1 "k8s.io/api/core/v1"
)

// A volume can be mounted inside of another one: container runtimes mount the shorter paths first (containerd, function WithMounts, orderedMounts),
// and make a directory where there is none to mount the inner one on (runc, function createMountpoint). That fails on what is read-only, and then the
// container never starts (github.com/kubernetes/kubernetes/issues/121294). What the kubelet itself fills from objects of the API is read-only as
// well, but there the kubelet makes the directory (kubernetes/pkg/volume/util, MakeNestedMountpoints), unless a part of the volume is mounted by subPath:
// it reckons from the volume's own root.

// refusesMountpoint reports whether no directory can be made in what a user mounts. The volume is nil where the Pod does not have it, or not yet.
// A directory that is there already would do, in a volume of a claim for one, but that is not known here.
func refusesMountpoint(m *corev1.VolumeMount, v *corev1.Volume) bool {
	if v != nil && isFilledByKubelet(v) {
		return m.SubPath != "" || m.SubPathExpr != ""
	}
	return m.ReadOnly || v != nil && isReadOnly(v)
}

// isFilledByKubelet reports whether what is in a volume are objects of the API.
func isFilledByKubelet(v *corev1.Volume) bool {
	return v.ConfigMap != nil || v.Secret != nil || v.Projected != nil || v.DownwardAPI != nil
}

func volumesByName(spec *corev1.PodSpec) map[string]*corev1.Volume {
	volumes := make(map[string]*corev1.Volume, len(spec.Volumes))
	for i := range spec.Volumes {
		volumes[spec.Volumes[i].Name] = &spec.Volumes[i]
	}
	return volumes
}

// mountedAt is the path of a mount as the kubelet reads it, which takes a relative one as relative to the root.
func mountedAt(m *corev1.VolumeMount) string { return path.Clean("/" + m.MountPath) }
