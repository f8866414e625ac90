package meter

import "slices"

const other = "Other"

// Reasons lists the reasons of cancels that are counted by their name.
func Reasons() []string { return slices.Clone(reasons) }

var reasons = []string{
	"GateTimeout", "DependencyFailed", "UserCancel", "SidecarFailed",
	"InvalidImageName", "ErrImageNeverPull", "ImagePullBackOff", "CreateContainerConfigError", "CreateContainerError",
	"RunContainerError", "SignatureValidationFailed", "CrashLoopBackOff", other,
}

func known(reason string) string {
	if slices.Contains(reasons, reason) {
		return reason
	}
	return other
}
