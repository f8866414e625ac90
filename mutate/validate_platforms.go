package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// checkPlatforms: the nodeSelector and the node affinity of a Pod in which the wrapper or the cloner runs leave nodes that they are built for, which
// are the same. On others the Pod would wait for an image that does not exist. About Windows more is said in validate_os.go.
func checkPlatforms(s subject, d decision) field.ErrorList {
	wrapped := d.needsTools(s.spec) || d.needsWaiter() || d.awaited.replacesAny()
	if !wrapped && !d.settings.clones() || len(possiblePlatforms(s.spec)) > 0 || len(checkOperatingSystem(s, d)) > 0 {
		return nil
	}
	path := s.specPath().Child("affinity", "nodeAffinity")
	if !anySelected(s.spec.NodeSelector) {
		path = s.specPath().Child("nodeSelector")
	}
	program := "wrapper"
	if !wrapped {
		program = "cloner"
	}
	return field.ErrorList{field.Forbidden(path, "this leaves no node that the "+program+" is built for, which are those of "+
		enumeratePlatforms(wrapperPlatforms)+"; let the Pod run there, or remove its orderly.dev annotations")}
}
