package mutate

import (
	"path"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkWorkspace: nothing of the user's is mounted where the workspace is to be. With repositories in it nothing is mounted above or below it
// either, which would hide them, or be hidden.
func checkWorkspace(s subject, d decision) field.ErrorList {
	if !d.settings.hasWorkspace() {
		return nil
	}
	var errs field.ErrorList
	collides := func(at *field.Path, given string) {
		if detail := d.settings.collision(given); given != "" && detail != "" {
			errs = append(errs, field.Invalid(at, given, detail))
		}
	}
	for _, c := range s.containers() {
		if !d.shares(c.Name) {
			continue
		}
		for i, mount := range c.VolumeMounts {
			if !reserved(mount.Name) { // see validate_mounts.go
				collides(c.path.Child("volumeMounts").Index(i).Child("mountPath"), mount.MountPath)
			}
		}
		for i, device := range c.VolumeDevices {
			collides(c.path.Child("volumeDevices").Index(i).Child("devicePath"), device.DevicePath)
		}
		collides(c.path.Child("terminationMessagePath"), c.TerminationMessagePath)
	}
	return errs
}

// collision says why nothing can be mounted at a path; nothing where it can.
func (all settings) collision(given string) string {
	const hint = "; choose another path, or another one for " + contract.AnnotationWorkspace
	at, workspace := path.Clean("/"+given), all.workspaceMount().MountPath
	switch {
	case at == workspace:
		return "the workspace is mounted here" + hint
	case !all.clones():
		return ""
	case inside(at, workspace):
		return "this is inside the workspace " + workspace + ", and would hide a part of the repositories there" + hint
	case inside(workspace, at):
		return "the workspace " + workspace + ", where the repositories are, is inside of this" + hint
	}
	return ""
}
