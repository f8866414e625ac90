package mutate

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// reservedPrefix starts the name of every volume and container that Orderly adds.
const reservedPrefix = "orderly-"

// checkReservedNames: volumes and containers of the user's have other names than Orderly's. What Orderly itself added in an earlier
// pass is told by its name and its shape.
func checkReservedNames(s subject, _ decision) field.ErrorList {
	var errs field.ErrorList
	volumes := s.specPath().Child("volumes")
	for i := range s.spec.Volumes {
		if v := &s.spec.Volumes[i]; reserved(v.Name) && !isOurVolume(v) {
			errs = append(errs, field.Invalid(volumes.Index(i).Child("name"), v.Name, reservedName))
		}
	}
	for _, c := range s.initContainers() {
		if reserved(c.Name) && !isOurs(c.Container) {
			errs = append(errs, field.Invalid(c.path.Child("name"), c.Name, reservedName))
		}
	}
	for _, c := range s.containers() {
		if reserved(c.Name) {
			errs = append(errs, field.Invalid(c.path.Child("name"), c.Name, reservedName))
		}
	}
	return errs
}

const reservedName = "names that start with " + reservedPrefix + " are reserved for what Orderly adds; choose another"

func reserved(name string) bool { return strings.HasPrefix(name, reservedPrefix) }
