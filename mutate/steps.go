package mutate

import (
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// The annotation orderly.dev/steps: names of containers, one after the other, and stages, whose containers run side by side.
//
//	fetch, build, [unit, lint], publish
//
// or the same as a YAML block list. The value is a list already, so brackets always mean a stage: "[unit, lint]" alone is one
// stage, just as it is in "[unit, lint], publish". In place of each name may stand its long form, see step_long_form.go.

// maxStepsBytes bounds the annotation. [contract.MaxSteps] names of 63 characters, the longest there are, need 6,500 bytes; with all
// keys of the long form, and five names in each after, they need 55,000.
const maxStepsBytes = 64_000

// reference is a name in the annotation with its place there.
type reference struct {
	name  string
	place annotation.Position
}

// mention is a step as the annotation names it.
type mention struct {
	reference
	form longForm
}

const stepsHint = `write names of containers such as "fetch, build, [unit, lint], publish"`

// parseSteps reads the annotation into stages; a name by itself is a stage of one. What it returns beside errors is as much
// as could be read, so that the names can be checked in the same go.
func parseSteps(w wish) ([][]mention, field.ErrorList) {
	list, err := annotation.DecodeOpenList(w.text, maxStepsBytes)
	if err != nil {
		return nil, w.refused(annotation.Problem{Detail: err.Error() + "; " + stepsHint})
	}
	if len(list.Content) == 0 {
		return nil, field.ErrorList{field.Required(w.path(), "the list of steps is empty; "+stepsHint)}
	}
	if count := countNames(list); count > contract.MaxSteps {
		return nil, field.ErrorList{tooMany(w.path(), count, contract.MaxSteps, "name fewer steps, or let one container do the work of several")}
	}
	var r stepsReader
	var stages [][]mention
	for i, node := range list.Content {
		stages = append(stages, r.stage(node, i+1))
	}
	return stages, w.refused(r.Problems()...)
}

// countNames counts what stands in the list, before anything is made of it.
func countNames(list *yaml.Node) int {
	count := 0
	for _, node := range list.Content {
		count++
		if node.Kind == yaml.SequenceNode {
			count += max(0, len(node.Content)-1)
		}
	}
	return count
}

// stepsReader reads stages and steps, and collects their problems.
type stepsReader struct{ annotation.Reader }

func (r *stepsReader) stage(node *yaml.Node, item int) []mention {
	v := annotation.Value{Node: node, Place: annotation.Position{Item: item}.At(node), Hint: longFormHint}
	switch {
	case node.Kind != yaml.SequenceNode:
		return r.step(v)
	case !r.Plain(v):
		return nil
	case len(node.Content) == 0:
		r.Refuse(v.Place, "the stage is empty; name the containers that run side by side, or remove it")
		return nil
	}
	var stage []mention
	for i, node := range node.Content {
		element := v.Child("", node)
		element.Place.Element = i + 1
		if node.Kind == yaml.SequenceNode {
			r.Refuse(element.Place, "a stage cannot hold another stage; its containers all run side by side")
			continue
		}
		stage = append(stage, r.step(element)...)
	}
	return stage
}

// step reads a name of a container, or a mapping. Names may look like numbers, true or null, so the text counts as it stands.
func (r *stepsReader) step(v annotation.Value) []mention {
	switch {
	case v.Node.Kind == yaml.MappingNode:
		return r.longForm(v)
	case !r.Plain(v):
		return nil
	case v.Node.Value == "":
		r.Refuse(v.Place, "the name is empty; name a container, or remove the item")
		return nil
	}
	return []mention{{reference: reference{name: v.Node.Value, place: v.Place}}}
}
