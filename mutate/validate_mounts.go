package mutate

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkReservedPaths: nothing of the user's is mounted at or below /builder, and none of Orderly's volumes anywhere else, where a
// step could write the marker of another.
func checkReservedPaths(s subject, _ decision) field.ErrorList {
	var errs field.ErrorList
	for _, c := range slices.Concat(s.initContainers(), s.containers()) {
		if isInstaller(c.Container) {
			continue
		}
		for i := range c.VolumeMounts {
			errs = append(errs, checkMount(c, i)...)
		}
		for i, device := range c.VolumeDevices {
			if underRoot(device.DevicePath) {
				errs = append(errs, field.Invalid(c.path.Child("volumeDevices").Index(i).Child("devicePath"),
					device.DevicePath, reservedPath))
			}
		}
	}
	return errs
}

const reservedPath = contract.Root + " and everything below it is reserved for Orderly; use another path"

func checkMount(c placedContainer, i int) field.ErrorList {
	mount, path := &c.VolumeMounts[i], c.path.Child("volumeMounts").Index(i)
	switch {
	case isOurMount(c.Container, mount):
		return nil
	case underRoot(mount.MountPath):
		return field.ErrorList{field.Invalid(path.Child("mountPath"), mount.MountPath, reservedPath)}
	case reserved(mount.Name):
		return field.ErrorList{field.Invalid(path.Child("name"), mount.Name,
			"this volume is reserved for Orderly, which mounts it itself; remove the mount")}
	}
	return nil
}

// underRoot reads a path as the kubelet does, which takes a relative one as relative to the root.
func underRoot(mountPath string) bool {
	clean := path.Clean("/" + mountPath)
	return clean == contract.Root || strings.HasPrefix(clean, contract.Root+"/")
}

// isOurMount reports whether a mount is exactly one that Orderly makes in this container.
func isOurMount(c *corev1.Container, mount *corev1.VolumeMount) bool {
	return slices.ContainsFunc(stepMounts(c.Name), func(ours corev1.VolumeMount) bool {
		return mount.Name == ours.Name && mount.MountPath == ours.MountPath &&
			mount.SubPath == ours.SubPath && mount.ReadOnly == ours.ReadOnly
	})
}
