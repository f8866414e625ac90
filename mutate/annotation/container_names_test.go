package annotation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAListOfContainersNamesEachOnce(t *testing.T) {
	for _, c := range []struct{ name, text, want, problem string }{
		{"names", "[a, b-1]", "a@6 b-1@9", ""},
		{"a name alone", "a", "", `"a": item 1 (line 1, column 5): v is a list; write v: [a]`},
		{"nothing", "[]", "", `"": item 1 (line 1, column 5): v is an empty list; name something, or remove it`},
		{"a name twice", "[a, b, a]", "a@6 b@9", `"a": item 1 (line 1, column 12): the name stands in this v at item 1 (line 1, column 6) already; remove one of them`},
		{"no name", "[A]", "", `"A": item 1 (line 1, column 6): not the name of a container: up to 63 small letters, digits and dashes`},
		{"two in one", "[a b]", "", `"a b": item 1 (line 1, column 6): not the name of a container: up to 63 small letters, digits and dashes; ` +
			`names are parted by commas, or each has a line of its own that starts with a dash`},
		{"a list in it", "[[a]]", "", `"": item 1 (line 1, column 6): a name in v is one word, not a list or a mapping; write v: a`},
		{"too many", "[" + strings.Repeat("a,", 100) + "a]", "", `"": item 1 (line 1, column 5): v has 101 names, but at most 100 containers can be named; name each once`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r Reader
			var got []string
			for _, name := range r.ContainerNames(valueOf(t, c.text)) {
				got = append(got, fmt.Sprintf("%s@%d", name.Name, name.Place.Column))
			}
			require.Equal(t, c.want, strings.Join(got, " "))
			if c.problem == "" {
				require.Empty(t, r.Problems())
				return
			}
			require.Len(t, r.Problems(), 1)
			require.Equal(t, c.problem, fmt.Sprintf("%q: %v", r.Problems()[0].Value, r.Problems()[0]))
		})
	}
}
