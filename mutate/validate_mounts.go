package mutate

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkReservedPaths: nothing of the user's is mounted at or below /builder, no termination message either, for which the kubelet
// mounts a file; and none of Orderly's volumes anywhere else, where a step could write the marker of another.
func checkReservedPaths(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for _, c := range slices.Concat(s.initContainers(), s.containers()) {
		errs = append(errs, checkMounts(c, ourMounts(c.Container, d))...)
		for i, device := range c.VolumeDevices {
			errs = append(errs, checkPath(c.path.Child("volumeDevices").Index(i).Child("devicePath"), device.DevicePath)...)
		}
		errs = append(errs, checkPath(c.path.Child("terminationMessagePath"), c.TerminationMessagePath)...)
	}
	return errs
}

const reservedPath = contract.Root + " and everything below it is reserved for Orderly; use another path"

func checkPath(path *field.Path, value string) field.ErrorList {
	if underRoot(value) {
		return field.ErrorList{field.Invalid(path, value, reservedPath)}
	}
	return nil
}

func checkMounts(c placedContainer, ours []corev1.VolumeMount) field.ErrorList {
	var errs field.ErrorList
	for i := range c.VolumeMounts {
		mount, path := &c.VolumeMounts[i], c.path.Child("volumeMounts").Index(i)
		switch {
		case hasMount(ours, *mount):
		case underRoot(mount.MountPath):
			errs = append(errs, field.Invalid(path.Child("mountPath"), mount.MountPath, reservedPath))
		case reserved(mount.Name):
			errs = append(errs, field.Invalid(path.Child("name"), mount.Name,
				"this volume is reserved for Orderly, which mounts it itself; remove the mount"))
		}
	}
	return errs
}

// ourMounts are the mounts that an earlier pass can have made in a container: those of a step hold those of a sidecar.
func ourMounts(c *corev1.Container, d decision) []corev1.VolumeMount {
	if isInstaller(c) {
		return installerMounts
	}
	ours := append(stepMounts(c.Name), resultsMount(c.Name), mountHome)
	if d.settings.workspace != "" {
		ours = append(ours, workspaceMount(d.settings.workspace))
	}
	return ours
}

// underRoot reads a path as the kubelet does, which takes a relative one as relative to the root.
func underRoot(mountPath string) bool {
	clean := path.Clean("/" + mountPath)
	return clean == contract.Root || strings.HasPrefix(clean, contract.Root+"/")
}
