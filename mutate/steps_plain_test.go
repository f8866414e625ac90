package mutate

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// places gives the names of a list with where they stand, as people count.
func places(list stepsList) []position {
	r := stepsReader{firstColumn: list.firstColumn}
	var found []position
	for i, node := range list.node.Content {
		found = append(found, r.position(node, i+1))
	}
	return found
}

func FuzzPlainNamesAreReadAsYAMLReadsThem(f *testing.F) {
	for _, text := range []string{"a", "fetch, build,test , publish", " a", "a ,b", "1, true, null, 0x1f, 1e3", "a,,b", "a, b,", "- a", "a\n", "[a, b], c", "-a", "a- , b", "a b", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names := plainNames(text)
		if names == nil {
			return
		}
		want, err := parseYAMLList(text)
		require.NoError(t, err)
		got := stepsList{node: &yaml.Node{Kind: yaml.SequenceNode, Content: names}}
		require.Equal(t, places(want), places(got))
		for i, node := range want.node.Content {
			require.Equal(t, yaml.ScalarNode, node.Kind)
			require.Equal(t, node.Value, names[i].Value)
		}
	})
}
