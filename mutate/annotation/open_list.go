package annotation

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/contract"
)

// DecodeOpenList reads a list without the brackets around it, "a, [b, c], d", or a YAML block list, of at most so many bytes. The text is
// a list already, so brackets always mean a list in it: "[b, c]" has one element.
func DecodeOpenList(text string, maxBytes int) (*yaml.Node, error) {
	if err := checkSize(text, maxBytes); err != nil {
		return nil, err
	}
	if names := plainNames(text); names != nil {
		return &yaml.Node{Kind: yaml.SequenceNode, Content: names}, nil
	}
	return decodeOpenList(text)
}

// decodeOpenList puts the brackets around what is no block list.
func decodeOpenList(text string) (*yaml.Node, error) {
	if startsBlockList(text) {
		return decodeList(text)
	}
	list, err := decodeList("[" + text + closing(text))
	if err != nil {
		return nil, err
	}
	moveLeft(list)
	return list, nil
}

// moveLeft gives the nodes of the first line the columns that they have without the bracket before them.
func moveLeft(node *yaml.Node) {
	if node.Line == 1 {
		node.Column--
	}
	for _, inner := range node.Content {
		moveLeft(inner)
	}
}

// closing is the bracket behind the list. A comment may end the last line; then the bracket has a line of its own, else it
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

// plainNames reads the form that nearly all Pods have, names with commas between them, as YAML would: its parser needs longer for that
// than the rest of admission together. It is nil for any other form.
func plainNames(text string) []*yaml.Node {
	var names []*yaml.Node
	start := 0
	for item := range strings.SplitSeq(text, ",") {
		name := strings.Trim(item, " ")
		if !contract.IsName(name) {
			return nil
		}
		names = append(names, &yaml.Node{Kind: yaml.ScalarNode, Value: name, Line: 1, Column: start + strings.Index(item, name) + 1})
		start += len(item) + len(",")
	}
	return names
}
