package mutate

import (
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkReservedPaths: nothing of the user's is mounted at or below /builder, no termination message either, for which the kubelet
// mounts a file; and none of Orderly's volumes anywhere else, where a step could write the marker of another.
func checkReservedPaths(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	directories := earlierProjected(s.spec)
	for c := range s.everyContainer() {
		errs = append(errs, checkMounts(c, d, directories)...)
		for i, device := range c.VolumeDevices {
			if underRoot(device.DevicePath) {
				path := c.path.Child("volumeDevices").Index(i).Child("devicePath")
				errs = append(errs, field.Invalid(path, device.DevicePath, reservedPath))
			}
		}
		if underRoot(c.TerminationMessagePath) {
			errs = append(errs, field.Invalid(c.path.Child("terminationMessagePath"), c.TerminationMessagePath, reservedPath))
		}
	}
	return errs
}

const reservedPath = contract.Root + " and everything below it is reserved for Orderly; use another path"

func checkMounts(c placedContainer, d decision, directories map[string]bool) field.ErrorList {
	var errs field.ErrorList
	var ours []corev1.VolumeMount // made, with the path, where one may be among them
	var mounts *field.Path
	for i := range c.VolumeMounts {
		mount := &c.VolumeMounts[i]
		if !underRoot(mount.MountPath) && !reserved(mount.Name) {
			continue
		}
		if ours == nil {
			ours, mounts = ourMounts(c.Container, d), c.path.Child("volumeMounts")
		}
		if hasMount(ours, *mount) || directories[mount.Name] && isProjectedMount(mount) {
			continue
		}
		path := mounts.Index(i)
		switch {
		case underRoot(mount.MountPath):
			errs = append(errs, field.Invalid(path.Child("mountPath"), mount.MountPath, reservedPath))
		default:
			errs = append(errs, field.Invalid(path.Child("name"), mount.Name,
				"this volume is reserved for Orderly, which mounts it itself; remove the mount"))
		}
	}
	return errs
}

// ourMounts are the mounts that an earlier pass can have made in a container: those of a step hold those of a sidecar.
func ourMounts(c *corev1.Container, d decision) []corev1.VolumeMount {
	switch {
	case isInstaller(c):
		return installerMounts
	case isWaiter(c), isReplaced(c):
		return waiterMounts
	case isCloner(c):
		return earlierClonerMounts(c)
	}
	ours := append(stepMounts(c.Name), resultsMount(c.Name), mountHome)
	return append(ours, d.workspaceMounts()...)
}

// underRoot reads a path as the kubelet does, which takes a relative one as relative to the root.
func underRoot(mountPath string) bool {
	if !strings.HasPrefix(mountPath, "/") {
		mountPath = "/" + mountPath
	}
	clean := path.Clean(mountPath)
	return clean == contract.Root || strings.HasPrefix(clean, contract.Root+"/")
}
