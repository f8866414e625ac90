package annotation

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/contract"
)

// Reference is the name of a container with the place where it was written, for messages about names that are no containers.
type Reference struct {
	Name  string
	Place Position
}

// Names reports whether a container is among those that a list names.
func Names(list []Reference, container string) bool {
	return slices.ContainsFunc(list, func(r Reference) bool { return r.Name == container })
}

// maxNames bounds the containers in a list, by the most that a Pod of Orderly may have of steps.
const maxNames = contract.MaxSteps

// ContainerNames reads a list of containers that is not empty, each of them once. Whether the Pod has them is not known here.
func (r *Reader) ContainerNames(v Value) []Reference {
	if v.Node.Kind == yaml.ScalarNode && contract.IsName(v.Node.Value) {
		r.RefuseValue(v.Place, v.Node.Value, v.Key+" is a list; write "+v.Key+": ["+v.Node.Value+"]")
		return nil
	}
	items := r.Items(v)
	if len(items) > maxNames {
		r.Refuse(v.Place, fmt.Sprintf("%s has %d names, but at most %d containers can be named; name each once", v.Key, len(items), maxNames))
		return nil
	}
	var names []Reference
	for _, item := range items {
		item.Key = "a name in " + v.Key
		name, right := r.containerName(item, PartedHint(item.Node.Value))
		first := slices.IndexFunc(names, func(n Reference) bool { return n.Name == name })
		switch {
		case !right:
		case first >= 0:
			r.RefuseValue(item.Place, name, fmt.Sprintf("the name stands in this %s at %v already; remove one of them", v.Key, names[first].Place))
		default:
			names = append(names, Reference{Name: name, Place: item.Place})
		}
	}
	return names
}

// ContainerName reads what can be the name of a container.
func (r *Reader) ContainerName(v Value) (string, bool) { return r.containerName(v, "") }

// containerName puts the hint behind the problem.
func (r *Reader) containerName(v Value, hint string) (string, bool) {
	text, ok := r.Text(v)
	if ok && !contract.IsName(text) {
		r.RefuseValue(v.Place, text, "not the name of a container: up to 63 small letters, digits and dashes"+hint)
		return "", false
	}
	return text, ok
}
