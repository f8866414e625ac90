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
	return decode(text, maxBytes, yaml.SequenceNode, "a list")
}

// DecodeMapping reads a text that is exactly one mapping, of at most so many bytes.
func DecodeMapping(text string, maxBytes int) (*yaml.Node, error) {
	return decode(text, maxBytes, yaml.MappingNode, "a mapping")
}

func decode(text string, maxBytes int, kind yaml.Kind, name string) (*yaml.Node, error) {
	if len(text) > maxBytes {
		return nil, fmt.Errorf("more than %d bytes", maxBytes)
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("not %s: nothing is there", name)
	case err != nil:
		return nil, fmt.Errorf("not %s: %v", name, strings.TrimPrefix(err.Error(), "yaml: "))
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

// IsPlain reports whether a node has nothing of what YAML offers beyond lists, mappings and texts.
func IsPlain(node *yaml.Node) bool {
	return node.Kind != yaml.AliasNode && node.Anchor == "" && node.Style&yaml.TaggedStyle == 0
}
