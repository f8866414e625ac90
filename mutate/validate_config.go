package mutate

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
)

// checkConfig: the wrapper can write each file of orderly.dev/config. It makes a file beside it and renames that, so the file is no mount of its
// own, and its directory is neither in a volume that is read-only nor on a root filesystem that is.
func checkConfig(s subject, d decision) field.ErrorList {
	if len(d.awaited.files) == 0 {
		return nil
	}
	byName := d.mountedContainers(s)
	readOnly := readOnlyVolumes(s.spec)
	var errs field.ErrorList
	for _, f := range d.awaited.files {
		for _, getter := range f.Containers() {
			c, there := byName[getter.Name]
			if !there {
				continue // see validate_waiters.go
			}
			if detail := unwritable(c, f.Template().Destination, readOnly); detail != "" {
				errs = append(errs, annotation.Problem{Place: f.Place(), Value: f.Template().Destination, Detail: detail}.Invalid(f.path))
			}
		}
	}
	return errs
}

// mountedContainers gives the containers by their names, with the workspace and the projected directories, which are mounted in some of them only after
// all has been judged.
func (d decision) mountedContainers(s subject) map[string]*corev1.Container {
	byName := map[string]*corev1.Container{}
	for c := range s.everyContainer() {
		mounted := *c.Container
		mounted.VolumeMounts = slices.Concat(c.VolumeMounts, d.projectedMounts(c.Name))
		byName[c.Name] = &mounted
	}
	for _, c := range s.containers() {
		if d.settings.hasWorkspace() && d.shares(c.Name) {
			byName[c.Name].VolumeMounts = append(byName[c.Name].VolumeMounts, d.settings.workspaceMount())
		}
	}
	return byName
}

// unwritable says why the wrapper of a container cannot make a file.
func unwritable(c *corev1.Container, file string, readOnly map[string]bool) string {
	var nearest *corev1.VolumeMount
	for i := range c.VolumeMounts {
		mount := &c.VolumeMounts[i]
		at := mountedAt(mount)
		switch {
		case at == file:
			return "volume " + mount.Name + " is mounted at this very path in container " + c.Name +
				", and a mount cannot be replaced; mount the directory, or choose another path"
		case inside(at, file):
			return "volume " + mount.Name + " is mounted below this path in container " + c.Name + ", so it is a directory; write the path of a file"
		}
		if inside(file, at) && (nearest == nil || len(at) > len(mountedAt(nearest))) {
			nearest = mount
		}
	}
	switch {
	case path.Clean("/"+terminationPath(c)) == file:
		return "this is the terminationMessagePath of container " + c.Name + "; choose another path"
	case nearest != nil && (nearest.ReadOnly || readOnly[nearest.Name]):
		return "volume " + nearest.Name + ", which is mounted at " + cut(nearest.MountPath, maxValue) + " in container " + c.Name +
			", is read-only; mount an emptyDir where the file is to be"
	case nearest == nil && hasReadOnlyRoot(c):
		return "the root filesystem of container " + c.Name + " is read-only; mount an emptyDir where the file is to be"
	}
	return ""
}

// inside reports whether a file is below a directory.
func inside(file, directory string) bool {
	return directory == "/" || strings.HasPrefix(file, directory+"/")
}

func hasReadOnlyRoot(c *corev1.Container) bool {
	return c.SecurityContext != nil && c.SecurityContext.ReadOnlyRootFilesystem != nil && *c.SecurityContext.ReadOnlyRootFilesystem
}

// readOnlyVolumes are those that the kubelet mounts read-only, whatever the mount says.
func readOnlyVolumes(spec *corev1.PodSpec) map[string]bool {
	readOnly := map[string]bool{}
	for i := range spec.Volumes {
		if v := &spec.Volumes[i]; isReadOnly(v) {
			readOnly[v.Name] = true
		}
	}
	return readOnly
}

func isReadOnly(v *corev1.Volume) bool {
	return isFilledByKubelet(v) || v.Image != nil ||
		v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ReadOnly ||
		v.CSI != nil && v.CSI.ReadOnly != nil && *v.CSI.ReadOnly ||
		v.NFS != nil && v.NFS.ReadOnly
}
