package manifest

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFilesAreCutIntoDocuments(t *testing.T) {
	type part struct {
		text         string
		number, line int
	}
	for _, tc := range []struct {
		name, text string
		want       []part
	}{
		{"nothing", "", []part{}},
		{"one document", "a: 1\nb: 2\n", []part{{"a: 1\nb: 2\n", 1, 1}}},
		{"two", "a: 1\n---\nb: 2", []part{{"a: 1\n", 1, 1}, {"---\nb: 2", 2, 3}}},
		{"a comment first", "# by helm\n\n---\n# more\na: 1\n", []part{{"# by helm\n\n", 0, 1}, {"---\n# more\na: 1\n", 1, 5}}},
		{"documents that hold nothing", "---\n---\n# no\n---\na: 1\n---\n", []part{{"---\n", 0, 1}, {"---\n# no\n", 0, 2}, {"---\na: 1\n", 1, 5}, {"---\n", 0, 6}}},
		{"content behind the marker", "--- {a: 1}\n--- # no\nb: 2\n", []part{{"--- {a: 1}\n", 1, 1}, {"--- # no\nb: 2\n", 2, 3}}},
		{"an end", "a: 1\n...\nb: 2\n...\n---\nc: 3\n", []part{{"a: 1\n...\n", 1, 1}, {"b: 2\n...\n", 2, 3}, {"---\nc: 3\n", 3, 6}}},
		{"a directive", "%YAML 1.1\n---\na: 1\n", []part{{"%YAML 1.1\n", 0, 1}, {"---\na: 1\n", 1, 3}}},
		{"lines of Windows", "a: 1\r\n---\r\nb: 2\r\n", []part{{"a: 1\r\n", 1, 1}, {"---\r\nb: 2\r\n", 2, 3}}},
		{"what only looks like a marker", "a: |\n  ---\n  ...\n----: 1\n", []part{{"a: |\n  ---\n  ...\n----: 1\n", 1, 1}}},
		{"JSON", "{\"a\":\n1}\n{\"---\": \"\\n---\\n\"}\n", []part{{"{\"a\":\n1}", 1, 1}, {"\n{\"---\": \"\\n---\\n\"}\n", 2, 3}}},
		{"YAML that begins like JSON", "{a: 1}\n---\nb: 2\n", []part{{"{a: 1}\n", 1, 1}, {"---\nb: 2\n", 2, 3}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := []part{}
			for _, d := range Split([]byte(tc.text)) {
				got = append(got, part{string(d.Text), d.Number, d.Line})
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func FuzzNothingOfAFileIsLost(f *testing.F) {
	for _, seed := range []string{
		"a: 1\n---\nb: 2\n...\nc: 3", "{\"a\": 1} {\"b\": 2}", "# no\n---\n", "{a: 1}", "{} {", " {}\n\t",
		"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var joined []byte
		var pages []Page
		line := 1
		for _, d := range Split(text) {
			require.Equal(t, line, d.start)
			require.GreaterOrEqual(t, d.Line, d.start)
			line += bytes.Count(d.Text, []byte("\n"))
			joined = append(joined, d.Text...)
			if p, err := Parse(d); err == nil {
				pages = append(pages, p)
			}
		}
		require.Equal(t, string(text), string(joined))
		var written bytes.Buffer
		require.NoError(t, WriteYAML(&written, pages))
		for _, p := range pages {
			require.Contains(t, written.String(), string(p.Text))
		}
	})
}
