package dependency

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const object = `{
	"apiVersion": "example.com/v1", "kind": "Foo",
	"metadata": {"annotations": {"example.com/phase": "ready", "a[0]": "x", "b\\c": "y"}},
	"spec": {"replicas": 3, "ratio": 0.5, "big": 9007199254740993, "paused": false, "name": "3", "on": "true", "none": null},
	"status": {"hosts": [{"ready": true, "ports": [80, 443]}, {"ready": false}]}
}`

func TestWhichFieldsHold(t *testing.T) {
	for _, c := range []struct {
		name, field string
		want        bool
	}{
		{"a text", `{key: spec.name, value: "3"}`, true},
		{"a text that is longer", `{key: spec.name, value: "33"}`, false},
		{"a number is no text", `{key: spec.name, value: 3}`, false},
		{"a text is no number", `{key: spec.replicas, value: "3"}`, false},
		{"a whole number", `{key: spec.replicas, value: 3}`, true},
		{"another whole number", `{key: spec.replicas, value: 4}`, false},
		{"a whole number with a fraction that is zero", `{key: spec.replicas, value: 3.0}`, true},
		{"a fraction", `{key: spec.ratio, value: 5e-1}`, true},
		{"a number that a float cannot hold", `{key: spec.big, value: 9007199254740993}`, true},
		{"its neighbour, which the same float stands for", `{key: spec.big, value: 9007199254740992}`, false},
		{"a boolean", `{key: spec.paused, value: false}`, true},
		{"a boolean is no text", `{key: spec.paused, value: "false"}`, false},
		{"a text is no boolean", `{key: spec.on, value: true}`, false},
		{"yes is a text", `{key: spec.on, value: yes}`, false},
		{"null is nothing", `{key: spec.none, value: "null"}`, false},
		{"nothing there", `{key: spec.missing, value: "3"}`, false},
		{"nothing below a text", `{key: spec.name.first, value: "3"}`, false},
		{"an object is no text", `{key: spec, value: "3"}`, false},
		{"a dot in a key", `{key: 'metadata.annotations.example\.com/phase', value: ready}`, true},
		{"the same without a backslash", `{key: metadata.annotations.example.com/phase, value: ready}`, false},
		{"a bracket in a key", `{key: 'metadata.annotations.a\[0\]', value: x}`, true},
		{"a backslash in a key", `{key: 'metadata.annotations.b\\c', value: "y"}`, true},
		{"an element of a list", `{key: 'status.hosts[1].ready', value: false}`, true},
		{"an element of a list in a list", `{key: 'status.hosts[0].ports[1]', value: 443}`, true},
		{"an element behind the end", `{key: 'status.hosts[2].ready', value: false}`, false},
		{"an element of what is no list", `{key: 'spec[0]', value: false}`, false},
		{"a key of a list", `{key: status.hosts.ready, value: true}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, fieldOf(t, c.field).Holds(decoded(t)))
		})
	}
}

func TestAPathIsWrittenAsItIsRead(t *testing.T) {
	for _, text := range []string{"a", "spec.arbitrary-key", "a.b[0][12].c", `a\.b\[0\]\\c.d`, "größe.x y"} {
		path, err := parsePath(text)
		require.NoError(t, err, text)
		require.Equal(t, text, path.String())
	}
}

func TestPathsHaveBounds(t *testing.T) {
	_, err := parsePath(strings.Repeat("a", maxPath+1))
	require.EqualError(t, err, "the key has more than 512 bytes")
	_, err = parsePath(strings.Repeat("a.", maxParts) + "a")
	require.EqualError(t, err, "the key has more than 32 parts")
	_, err = literalPath(strings.Repeat("[", maxPath-1))
	require.EqualError(t, err, "the key has more than 512 bytes", "with its backslashes, so that it can be read again")
}

func TestPathsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"":         "a part of the key is empty",
		".a":       "a part of the key is empty",
		"a.":       "the key ends with a dot",
		"a..b":     "a part of the key is empty",
		"[0]":      "a part of the key is empty",
		"a[":       "between [ and ] stands no number from 0 to 9999",
		"a[]":      "between [ and ] stands no number from 0 to 9999",
		"a[-1]":    "between [ and ] stands no number from 0 to 9999",
		"a[+1]":    "between [ and ] stands no number from 0 to 9999",
		"a[01]":    "between [ and ] stands no number from 0 to 9999",
		"a[9999":   "between [ and ] stands no number from 0 to 9999",
		"a[10000]": "between [ and ] stands no number from 0 to 9999",
		"a[0]b":    "behind ] stands neither a dot nor [",
		"a[0].":    "the key ends with a dot",
		"a]":       "the key has a ] without its [",
		`a\b`:      `a backslash stands before none of . [ ] \`,
		`a\`:       `a backslash stands before none of . [ ] \`,
		"a\nb":     "the key has a character that cannot be printed",
	} {
		_, err := parsePath(text)
		require.EqualError(t, err, want, text)
	}
}

// decoded gives the object as the companion sees it: decoded by Kubernetes' own code.
func decoded(t *testing.T) map[string]any {
	t.Helper()
	var u unstructured.Unstructured
	require.NoError(t, u.UnmarshalJSON([]byte(object)))
	return u.Object
}

func fieldOf(t *testing.T, field string) Field {
	t.Helper()
	entries := parsed(t, "- resource: {apiVersion: example.com/v1, kind: Foo, name: a}\n  fields: ["+field+"]")
	return entries[0].Fields()[0]
}
