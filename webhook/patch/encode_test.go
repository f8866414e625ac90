package patch

import (
	"encoding/json"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"
	"gomodules.xyz/jsonpatch/v2"
)

func FuzzAPatchIsEncodedAsTheLibraryWould(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed int64) {
		random := rand.New(rand.NewSource(seed))
		text, before := send(t, random, drawPod(random))
		operations := Make(text, before, rewriteAtRandom(random, before))
		encoded, err := Encode(operations)
		require.NoError(t, err)
		if len(operations) == 0 {
			require.JSONEq(t, `[]`, string(encoded))
			return
		}
		require.JSONEq(t, string(mustEncode(t, operations)), string(encoded))
	})
}

func TestWhatCannotBeEncodedIsNamed(t *testing.T) {
	_, err := Encode([]jsonpatch.Operation{jsonpatch.NewOperation("add", "/spec/x", func() {})})
	require.EqualError(t, err, "encoding what to add at /spec/x: json: unsupported type: func()")
}

func TestNothingIsWrittenAsNull(t *testing.T) {
	encoded, err := Encode([]jsonpatch.Operation{
		jsonpatch.NewOperation("replace", "/a~1b", nil), jsonpatch.NewOperation("remove", "/c", nil),
		jsonpatch.NewOperation("add", "/d", json.RawMessage(`{ "e" : "<" }`)),
	})
	require.NoError(t, err)
	require.JSONEq(t, `[{"op":"replace","path":"/a~1b","value":null},{"op":"remove","path":"/c"},{"op":"add","path":"/d","value":{"e":"<"}}]`, string(encoded))
}
