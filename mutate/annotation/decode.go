package annotation

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// DecodeList reads a text that is exactly one list, of at most so many bytes. A list without elements is one.
func DecodeList(text string, maxBytes int) (*yaml.Node, error) {
	if err := checkSize(text, maxBytes); err != nil {
		return nil, err
	}
	return decodeList(text)
}

// DecodeMapping reads a text that is exactly one mapping, of at most so many bytes.
func DecodeMapping(text string, maxBytes int) (*yaml.Node, error) {
	if err := checkSize(text, maxBytes); err != nil {
		return nil, err
	}
	return decode(text, yaml.MappingNode, "a mapping")
}

func checkSize(text string, maxBytes int) error {
	if len(text) > maxBytes {
		return fmt.Errorf("may not be more than %d bytes", maxBytes)
	}
	return nil
}

func decodeList(text string) (*yaml.Node, error) { return decode(text, yaml.SequenceNode, "a list") }

func decode(text string, kind yaml.Kind, name string) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the annotation is empty")
	case err != nil:
		return nil, fmt.Errorf("not %s: %s", name, syntaxProblem(err))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("not %s: something follows its end", name)
	}
	node := document.Content[0]
	if node.Kind != kind || !IsPlain(node) {
		return nil, fmt.Errorf("not %s", name)
	}
	return node, nil
}

// syntaxProblem is what the parser says, but for the name of an alias: somebody may have begun a text with an asterisk, and not each text may be
// shown.
func syntaxProblem(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if strings.HasPrefix(text, "unknown anchor") {
		return "an alias of YAML stands in it, which is not allowed here; put quotes around a text that begins with an asterisk"
	}
	return text
}

// IsPlain reports whether a node has nothing of what YAML offers beyond lists, mappings and texts.
func IsPlain(node *yaml.Node) bool {
	return node.Kind != yaml.AliasNode && node.Anchor == "" && node.Style&yaml.TaggedStyle == 0
}
