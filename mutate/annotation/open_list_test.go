package annotation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func FuzzPlainNamesAreReadAsYAMLReadsThem(f *testing.F) {
	for _, text := range []string{"a", "fetch, build,test , publish", " a", "a ,b", "1, true, null, 0x1f, 1e3", "a,,b", "a, b,", "- a", "a\n", "[a, b], c", "-a", "a- , b", "a b", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names := plainNames(text)
		if names == nil {
			return
		}
		list, err := decodeOpenList(text)
		require.NoError(t, err)
		want := make([]*yaml.Node, len(list.Content))
		for i, node := range list.Content {
			want[i] = &yaml.Node{Kind: node.Kind, Value: node.Value, Line: node.Line, Column: node.Column}
		}
		require.Equal(t, want, names)
	})
}

func TestAnOpenListNeedsNoBrackets(t *testing.T) {
	for _, c := range []struct{ name, text, want, problem string }{
		{"names", "a, b", "a@1:1 b@1:4", ""},
		{"a list in it", "a, [b, c]", "a@1:1 b@1:5 c@1:8", ""},
		{"a list alone", "[b, c]", "b@1:2 c@1:5", ""},
		{"lines", "a,\n[b]", "a@1:1 b@2:2", ""},
		{"a block list", "# why\n- a\n- [b]", "a@2:3 b@3:4", ""},
		{"a comment at its end", "[a] # why", "a@1:2", ""},
		{"nothing", "", "", ""},
		{"too much", "a, b, c, d, e, f, g", "", "may not be more than 16 bytes"},
		{"a bracket too many", "a], b", "", "not a list: something follows its end"},
		{"a bracket too few", "[a, b", "", "not a list: line 1: did not find expected ',' or ']'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := DecodeOpenList(c.text, 16)
			require.Equal(t, c.problem, sentence(err))
			require.Equal(t, c.want, strings.Join(scalars(list), " "))
		})
	}
}

// scalars lists the texts below a node with their places.
func scalars(node *yaml.Node) []string {
	if node == nil {
		return nil
	}
	if node.Kind == yaml.ScalarNode {
		return []string{fmt.Sprintf("%s@%d:%d", node.Value, node.Line, node.Column)}
	}
	var list []string
	for _, inner := range node.Content {
		list = append(list, scalars(inner)...)
	}
	return list
}
