package mutate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

const linuxOnly = "the wrapper runs on Linux only; remove the orderly.dev annotations of this Pod"

// checkOperatingSystem: Pods for Windows nodes are refused.
func checkOperatingSystem(s subject, _ decision) field.ErrorList {
	var errs field.ErrorList
	if s.spec.OS != nil && s.spec.OS.Name == corev1.Windows {
		errs = append(errs, field.Forbidden(s.specPath().Child("os", "name"), linuxOnly))
	}
	if s.spec.NodeSelector[corev1.LabelOSStable] == string(corev1.Windows) {
		errs = append(errs, field.Forbidden(s.specPath().Child("nodeSelector").Key(corev1.LabelOSStable), linuxOnly))
	}
	return errs
}
