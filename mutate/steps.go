package mutate

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

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
	place position
}

// mention is a step as the annotation names it.
type mention struct {
	reference
	form longForm
}

// position of a name in the annotation. All numbers count from 1; element is 0 outside a stage.
type position struct{ item, element, line, column int }

func (p position) String() string {
	item := fmt.Sprintf("item %d", p.item)
	if p.element > 0 {
		item += fmt.Sprintf(".%d", p.element)
	}
	return fmt.Sprintf("%s (line %d, column %d)", item, p.line, p.column)
}

const stepsHint = `write names of containers such as "fetch, build, [unit, lint], publish"`

// parseSteps reads the annotation into stages; a name by itself is a stage of one. What it returns beside errors is as much
// as could be read, so that the names can be checked in the same go.
func parseSteps(text string, path *field.Path) ([][]mention, field.ErrorList) {
	if len(text) > maxStepsBytes {
		tooLong := field.TooLong(path, "", maxStepsBytes)
		tooLong.Detail += "; " + stepsHint
		return nil, field.ErrorList{tooLong}
	}
	list, err := parseList(text)
	if err != nil {
		return nil, field.ErrorList{field.Invalid(path, field.OmitValueType{}, fmt.Sprintf("%v; %s", err, stepsHint))}
	}
	if len(list.node.Content) == 0 {
		return nil, field.ErrorList{field.Required(path, "the list of steps is empty; "+stepsHint)}
	}
	if count := countNames(list.node); count > contract.MaxSteps {
		return nil, field.ErrorList{tooMany(path, count, contract.MaxSteps, "name fewer steps, or let one container do the work of several")}
	}
	r := stepsReader{path: path, firstColumn: list.firstColumn}
	var stages [][]mention
	for i, node := range list.node.Content {
		stages = append(stages, r.stage(node, i+1))
	}
	return stages, r.errs
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

// stepsList is the list as YAML.
type stepsList struct {
	node *yaml.Node
	// firstColumn is how far the first line was moved to the right by what was put before it.
	firstColumn int
}

func parseList(text string) (stepsList, error) {
	if names := plainNames(text); names != nil {
		return stepsList{node: &yaml.Node{Kind: yaml.SequenceNode, Content: names}}, nil
	}
	return parseYAMLList(text)
}

// parseYAMLList makes YAML of the short form, which has no brackets around it, and reads exactly one list.
func parseYAMLList(text string) (stepsList, error) {
	yamlText, moved := text, 0
	if !startsBlockList(text) {
		yamlText, moved = "["+text+closing(text), 1
	}
	decoder := yaml.NewDecoder(strings.NewReader(yamlText))
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		return stepsList{}, fmt.Errorf("not a list of steps: %v", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return stepsList{}, errors.New("not a list of steps: something follows the end of the list")
	}
	list := document.Content[0]
	if list.Kind != yaml.SequenceNode || !isPlain(list) {
		return stepsList{}, errors.New("not a list of steps")
	}
	return stepsList{node: list, firstColumn: moved}, nil
}

// closing is the bracket behind the short form. A comment may end the last line; then the bracket has a line of its own, else it
// has not, so that the line numbers in YAML's messages are right.
func closing(text string) string {
	if strings.Contains(text, "#") {
		return "\n]"
	}
	return "]"
}

// startsBlockList reports whether the first line that is not empty or a comment starts with a dash and a space.
func startsBlockList(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		return line == "-" || strings.HasPrefix(line, "- ")
	}
	return false
}

// stepsReader collects the problems of the annotation's nodes.
type stepsReader struct {
	path        *field.Path
	firstColumn int
	errs        field.ErrorList
}

func (r *stepsReader) stage(node *yaml.Node, item int) []mention {
	at := r.position(node, item)
	if node.Kind != yaml.SequenceNode {
		return r.step(node, at)
	}
	if !r.plain(node, at) {
		return nil
	}
	if len(node.Content) == 0 {
		r.invalid(at, "the stage is empty; name the containers that run side by side, or remove it")
		return nil
	}
	var stage []mention
	for i, element := range node.Content {
		at := r.position(element, item)
		at.element = i + 1
		if element.Kind == yaml.SequenceNode {
			r.invalid(at, "a stage cannot hold another stage; its containers all run side by side")
			continue
		}
		stage = append(stage, r.step(element, at)...)
	}
	return stage
}

// step reads a name of a container, or a mapping. Names may look like numbers, true or null, so the text counts as it stands.
func (r *stepsReader) step(node *yaml.Node, at position) []mention {
	switch {
	case !r.plain(node, at):
		return nil
	case node.Kind == yaml.MappingNode:
		return r.longForm(node, at)
	case node.Value == "":
		r.invalid(at, "the name is empty; name a container, or remove the item")
		return nil
	}
	return []mention{{reference: reference{name: node.Value, place: at}}}
}

// plain refuses what YAML offers beyond lists and texts.
func (r *stepsReader) plain(node *yaml.Node, at position) bool {
	if !isPlain(node) {
		r.invalid(at, "anchors, aliases and tags of YAML are not allowed here; write the text itself")
		return false
	}
	return true
}

func (r *stepsReader) invalid(at position, detail string) {
	r.errs = append(r.errs, field.Invalid(r.path, field.OmitValueType{}, at.String()+": "+detail))
}

func (r *stepsReader) position(node *yaml.Node, item int) position {
	p := position{item: item, line: node.Line, column: node.Column}
	if p.line == 1 {
		p.column -= r.firstColumn
	}
	return p
}
