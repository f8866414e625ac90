package manifest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func mustParse(t *testing.T, text string) []Page {
	t.Helper()
	var pages []Page
	for _, d := range Split([]byte(text)) {
		p, err := Parse(d)
		require.NoError(t, err)
		pages = append(pages, p)
	}
	return pages
}

// describe gives the objects of pages with their places.
func describe(pages []Page) []string {
	var all []string
	for _, p := range pages {
		for o := range p.Objects() {
			all = append(all, strings.TrimSpace(strings.Join([]string{o.APIVersion, o.Kind, o.Name(), o.Place}, " ")))
		}
	}
	return all
}

const lists = `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a}}
- apiVersion: v1
  kind: List
  items:
  - {apiVersion: batch/v1, kind: Job, metadata: {generateName: b-}}
- apiVersion: v1
  kind: PodList
  items:
  - {metadata: {name: c}, newer: 9007199254740993}
  - {metadata: {name: d}}
- {apiVersion: example.com/v1, kind: AllowList, items: none}
- {apiVersion: v1, kind: List, items: []}
`

func TestObjectsInListsAreFound(t *testing.T) {
	require.Equal(t, []string{
		"v1 Pod a items[0]", "batch/v1 Job b- items[1].items[0]",
		"v1 Pod c items[2].items[0]", "v1 Pod d items[2].items[1]", "example.com/v1 AllowList  items[3]",
	}, describe(mustParse(t, lists)))
}

func TestOnlyWhatWasRewrittenInAListChanges(t *testing.T) {
	pages := mustParse(t, lists)
	for o := range pages[0].Objects() {
		if o.Name() == "d" {
			o.Rewritten = json.RawMessage(`{"metadata":{"name":"e"}}`)
		}
	}
	var written bytes.Buffer
	require.NoError(t, WriteYAML(&written, pages))
	require.YAMLEq(t, strings.Replace(lists, "name: d", "name: e", 1), written.String())
	require.Contains(t, written.String(), "newer: 9007199254740993\n")
	written.Reset()
	require.NoError(t, WriteJSON(&written, pages))
	require.YAMLEq(t, strings.Replace(lists, "name: d", "name: e", 1), written.String())
}

func TestDocumentsThatCannotBeReadSayWhere(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"bad YAML", "# one\n---\na: 1\n b: 2\n", "yaml: line 4: mapping values are not allowed in this context"},
		{"a list of nothing known", "- a\n", "not an object: a document is a mapping with apiVersion and kind"},
		{"a word", "hello\n", "not an object: a document is a mapping with apiVersion and kind"},
		{"no kind", "apiVersion: v1\n", "not an object of Kubernetes: apiVersion or kind is missing"},
		{"a kind that is none", "{apiVersion: v1, kind: 1}\n", "not an object of Kubernetes: apiVersion or kind is missing"},
		{"an item that is none", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod}, 2]}\n", "items[1]: not an object: a document is a mapping with apiVersion and kind"},
		{
			"lists in lists without end", strings.Repeat("{apiVersion: v1, kind: List, items: [", 10) + strings.Repeat("]}", 10),
			strings.Repeat("items[0].", 7) + "items[0]: lists are nested more than 8 deep",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			documents := Split([]byte(tc.text))
			_, err := Parse(documents[len(documents)-1])
			require.EqualError(t, err, tc.want)
		})
	}
}

func TestKeysThatStandTwiceAreFoundWhereSomebodyAsks(t *testing.T) {
	text := "kind: Pod\napiVersion: v1\nspec:\n  a: 1\n  a: 2\n"
	pages := mustParse(t, "# one\n---\n"+text)
	require.Equal(t, []string{"v1 Pod"}, describe(pages))
	require.EqualError(t, pages[1].CheckKeys(), `yaml: unmarshal errors: line 7: key "a" already set in map`)
	require.NoError(t, mustParse(t, `{"apiVersion":"v1","kind":"Pod"}`)[0].CheckKeys())
}

func TestDocumentsStayApart(t *testing.T) {
	pod, rewritten := "kind: Pod # mine\napiVersion: v1", json.RawMessage(`{"apiVersion":"v1","kind":"Pod","new":1}`)
	const changed = "apiVersion: v1\nkind: Pod\nnew: 1\n"
	for _, tc := range []struct {
		name, text string
		rewrite    int
		want       string
	}{
		{"nothing is rewritten", pod + "\n---\n" + pod + "\n", -1, pod + "\n---\n" + pod + "\n"},
		{"the first is", pod + "\n---\n" + pod + "\n", 0, changed + "---\n" + pod + "\n"},
		{"the last is", "# no\n---\n" + pod + "\n---\n" + pod + "\n", 1, "# no\n---\n" + pod + "\n---\n" + changed},
		{"behind an end", pod + "\n...\n" + pod + "\n", 0, changed + "---\n" + pod + "\n"},
		{"before an end", pod + "\n...\n" + pod + "\n", 1, pod + "\n...\n" + changed},
		{"JSON", `{"apiVersion":"v1","kind":"Pod"} {"apiVersion":"v1","kind":"Pod"}`, 1, "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}\n---\n" + changed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pages := mustParse(t, tc.text)
			number := 0
			for _, p := range pages {
				for o := range p.Objects() {
					if number == tc.rewrite {
						o.Rewritten = rewritten
					}
					number++
				}
			}
			var written bytes.Buffer
			require.NoError(t, WriteYAML(&written, pages))
			require.Equal(t, tc.want, written.String())
		})
	}
	t.Run("of two files", func(t *testing.T) {
		var written bytes.Buffer
		require.NoError(t, WriteYAML(&written, append(mustParse(t, pod), mustParse(t, pod+"\n")...)))
		require.Equal(t, pod+"\n---\n"+pod+"\n", written.String())
	})
}

func TestADifferenceIsColouredForTerminalsOnly(t *testing.T) {
	o := &Object{Raw: json.RawMessage(`{"a":1,"b":2}`), Rewritten: json.RawMessage(`{"a":1,"b":3}`)}
	var plain, coloured, none bytes.Buffer
	require.NoError(t, WriteDiff(&plain, o, "f: Pod p", Plain))
	require.Equal(t, "--- f: Pod p\n+++ f: Pod p, as admission writes it\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3\n", plain.String())
	require.NoError(t, WriteDiff(&coloured, o, "f: Pod p", Coloured))
	require.Equal(t, "\x1b[1m--- f: Pod p\x1b[0m\n\x1b[1m+++ f: Pod p, as admission writes it\x1b[0m\n"+
		"\x1b[36m@@ -1,2 +1,2 @@\x1b[0m\n a: 1\n\x1b[31m-b: 2\x1b[0m\n\x1b[32m+b: 3\x1b[0m\n", coloured.String())
	require.NoError(t, WriteDiff(&none, &Object{Raw: o.Raw}, "f: Pod p", Plain))
	require.Empty(t, none.String())
}

func TestAnObjectIsMadeOfATemplate(t *testing.T) {
	owner := &Object{APIVersion: "batch/v1", Kind: "Job", Raw: json.RawMessage(`{"metadata":{"name":"j"}}`),
		Rewritten: json.RawMessage(`{"spec":{"template":{"metadata":{"name":"x","labels":{"a":"b"},"newer":9007199254740993},"spec":{"newer":9007199254740993}}}}`)}
	made, err := Make(owner, "v1", "Pod", "spec", "template")
	require.NoError(t, err)
	require.Equal(t, `{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"j-","labels":{"a":"b"},"newer":9007199254740993},"spec":{"newer":9007199254740993}}`, string(made.Raw))
	_, err = Make(&Object{Kind: "Job", Raw: json.RawMessage(`{"metadata":{"name":"j"}}`)}, "v1", "Pod", "spec", "template")
	require.EqualError(t, err, "reading the template of Job j: unexpected end of JSON input")
}
