package mutate

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/contract"
)

// plainNames reads the form that nearly all Pods have, names with commas between them, as YAML would: its parser needs longer for that
// than everything else here together. It is nil for any other form.
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
