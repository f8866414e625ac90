package clone

import (
	"bytes"
	"encoding/json"
	"strings"
)

// encodeJSON writes a value on one line, with <, > and & as they are.
func encodeJSON(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(err) // no type of this package can fail
	}
	return strings.TrimSuffix(b.String(), "\n")
}
