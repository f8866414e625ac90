package raw

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

func FuzzMembersAreFoundInAnyText(f *testing.F) {
	for _, text := range []string{
		`{"a":1}`, ` { "a" : [1, {"a": "}"}] , "b\u0061":"\\\"" }`, `{}`, `{"a":{"b":"\\"},"a":2}`, `[1,[2,3],{"x":[]}, "]"]`, `{"a"`, `"`, `{"a":}`, `\`, `[,]`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var members map[string]json.RawMessage
		found := Member([]byte(text), "a")
		if json.Unmarshal([]byte(text), &members) == nil && members["a"] != nil {
			require.JSONEq(t, string(members["a"]), string(found))
		}
		var elements []json.RawMessage
		split := Elements([]byte(text))
		if json.Unmarshal([]byte(text), &elements) == nil {
			require.Len(t, split, len(elements))
			for i := range elements {
				require.JSONEq(t, string(elements[i]), string(split[i]))
			}
		}
	})
}

func FuzzWhatIsCutOutIsNullAndTheRestStays(f *testing.F) {
	for _, text := range []string{
		`{"kind":"Pod","metadata":{"name":"p","managedFields":[{"fieldsV1":{"f:spec":{"}":1}}}],"uid":"u"},"spec":{}}`,
		`{"metadata":{"managedFields":[],"managedFields":[1]}}`, `{"metadata":[1]}`, `{"metadata":{"managedFields"`, `{"metadata":{"managedFields":`, ``,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cut := Without([]byte(text), Find([]byte(text), "metadata", "managedFields")...)
		var want, got struct {
			Metadata map[string]any `json:"metadata"`
			Kind     any            `json:"kind"`
		}
		if utiljson.Unmarshal([]byte(text), &want) != nil {
			return
		}
		require.NoError(t, utiljson.Unmarshal(cut, &got), "left: %s", cut)
		if string(cut) != text {
			delete(want.Metadata, "managedFields")
			delete(got.Metadata, "managedFields")
		}
		require.Equal(t, want, got)
	})
}

func TestSeveralPartsAreCutOutAtOnce(t *testing.T) {
	text := []byte(`{"a": [1], "b": {"c": {"d": 2}, "e": 3, "f": {}}}`)
	for _, tc := range []struct {
		name, parent string
		keys         []string
		want         string
	}{
		{"one", "b", []string{"e"}, `{"a": [1], "b": {"c": {"d": 2}, "e": null, "f": {}}}`},
		{"two", "b", []string{"c", "e"}, `{"a": [1], "b": {"c": null, "e": null, "f": {}}}`},
		{"two in another order, and one that is not there", "b", []string{"f", "x", "c"}, `{"a": [1], "b": {"c": null, "e": 3, "f": null}}`},
		{"of what is not an object", "a", []string{"c"}, string(text)},
		{"of what is not there", "x", []string{"c"}, string(text)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, string(Without(text, Find(text, tc.parent, tc.keys...)...)))
		})
	}
}
