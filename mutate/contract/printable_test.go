package contract_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestWhatIsNotPrintableIsEscapedInJSON(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing of the kind", `{"a":"<ä> 日本"}`, `{"a":"<ä> 日本"}`},
		{"a control character beyond ASCII", "\"\u009b31m\"", `"\u009b31m"`},
		{"a character that the encoder leaves as it is", "\"\x7f\"", `"\u007f"`},
		{"writing that turns", "\"\u202eb\"", `"\u202eb"`},
		{"a character of two units", "\"\U000e0041\"", `"\udb40\udc41"`},
		{"lines of the layout", "{\n    \"a\": \"\u2028\"\n}\n", "{\n    \"a\": \"\\u2028\"\n}\n"},
		{"what is no text", "\"\xff\u009b\"", "\"\ufffd\\u009b\""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := contract.EscapeUnprintable(tc.text)
			require.Equal(t, tc.want, got)
			var before, after any
			require.NoError(t, json.Unmarshal([]byte(tc.text), &before))
			require.NoError(t, json.Unmarshal([]byte(got), &after))
			require.Equal(t, before, after)
		})
	}
}
