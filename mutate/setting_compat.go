package mutate

import (
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// Names that orderly.dev/compat can hold.
const (
	compatKubernetesEntrypoint = "kubernetes-entrypoint"
	compatGitEventsRunner      = "git-events-runner"
)

// maxCompatBytes bounds the annotation, which has room for each name many times.
const maxCompatBytes = 1000

const compatHint = "write " + compatKubernetesEntrypoint + " or " + compatGitEventsRunner + ", or remove the annotation"

// readCompat reads orderly.dev/compat, a list of other tools with commas between them: of kubernetes-entrypoint the variables are understood
// (emulated.go), and those of git-events-runner are set, beside Orderly's own, so that what was made for it finds them (clone.Order.Variables).
func readCompat(s subject, into *settings) field.ErrorList {
	w, given := s.wish(contract.AnnotationCompat)
	if !given {
		return nil
	}
	list, err := annotation.DecodeOpenList(w.text, maxCompatBytes)
	if err != nil {
		return w.refused(annotation.Problem{Detail: err.Error() + "; " + compatHint})
	}
	if len(list.Content) == 1 && list.Content[0].Kind == yaml.SequenceNode {
		list = list.Content[0] // somebody put the brackets around it
	}
	var r annotation.Reader
	if len(list.Content) == 0 {
		r.Refuse(annotation.Position{}, "the list is empty; "+compatHint)
	}
	for i, node := range list.Content {
		place := annotation.Position{Item: i + 1}.At(node)
		name, ok := r.Text(annotation.Value{Key: "the name", Node: node, KeyPlace: place, Place: place, Hint: compatHint})
		if ok {
			into.readCompatName(&r, place, name)
		}
	}
	return w.refused(r.Problems()...)
}

func (all *settings) readCompatName(r *annotation.Reader, place annotation.Position, name string) {
	var understood *bool
	switch name {
	case compatKubernetesEntrypoint:
		understood = &all.emulates
	case compatGitEventsRunner:
		understood = &all.gitEventsRunner
	default:
		r.RefuseValue(place, name, "no tool of this name is understood"+r.Nearest(name, []string{compatKubernetesEntrypoint, compatGitEventsRunner})+"; "+compatHint)
		return
	}
	if *understood {
		r.RefuseValue(place, name, "the name stands there twice; remove one of them")
	}
	*understood = true
}
