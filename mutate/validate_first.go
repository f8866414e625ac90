package mutate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

const (
	// maxContainers bounds the containers and init containers of a Pod, because each sidecar of somebody else names every step.
	maxContainers = 250
	// maxAnnotations bounds the annotations of a user's under orderly.dev, of which there are far fewer.
	maxAnnotations = 100
)

// checkFirst: containers and annotations are not too many, and each container has a name of its own, of the form that the API
// server will demand. Everything else relies on this: names become words of commands and parts of paths, and each is
// compared with all others. A name such as "a,b" or "$(X)" would be written into a command, and what comes back in the
// next pass would be refused with words that nobody understands.
func checkFirst(s subject) field.ErrorList {
	var errs field.ErrorList
	if count := countContainers(s.spec); count > maxContainers {
		errs = append(errs, tooMany(s.specPath().Child("containers"), count, maxContainers,
			"containers and init containers count together; split the Pod"))
	}
	if count := len(s.wishes); count > maxAnnotations {
		errs = append(errs, tooMany(s.annotationsPath(), count, maxAnnotations,
			"those that start with "+contract.Prefix+" count; remove what Orderly does not know"))
	}
	if len(errs) > 0 {
		return errs
	}
	return checkContainerNames(s)
}

// countContainers leaves out what an earlier pass added.
func countContainers(spec *corev1.PodSpec) int {
	count := len(spec.InitContainers) + len(spec.Containers)
	for i := range spec.InitContainers {
		if isOurs(&spec.InitContainers[i]) {
			count--
		}
	}
	return count
}

func tooMany(path *field.Path, count, bound int, hint string) *field.Error {
	err := field.TooMany(path, count, bound)
	err.Detail += "; " + hint
	return err
}

func checkContainerNames(s subject) field.ErrorList {
	var errs field.ErrorList
	seen := map[string]*field.Path{}
	for c := range s.everyContainer() {
		path := c.path.Child("name")
		before, twice := seen[c.Name]
		switch {
		case !contract.IsName(c.Name):
			errs = append(errs, field.Invalid(path, c.Name, noName))
		case twice:
			duplicate := field.Duplicate(path, c.Name)
			duplicate.Detail = fmt.Sprintf("%v is the same; each container and init container has a name of its own", before)
			errs = append(errs, duplicate)
		default:
			seen[c.Name] = path
		}
	}
	return errs
}

const noName = "this cannot be the name of a container; use at most 63 lower case letters, digits and dashes, and no dash at either end"
