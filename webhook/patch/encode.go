package patch

import (
	"bytes"
	"encoding/json"
	"fmt"

	"gomodules.xyz/jsonpatch/v2"
)

// Encode writes the operations as the API server reads them. It writes what encoding/json would, but each value once: an operation
// that encodes itself is read and copied several times over. What was sent is written as it was sent.
func Encode(operations []jsonpatch.Operation) ([]byte, error) {
	var text bytes.Buffer
	text.Grow(usualLength)
	values := json.NewEncoder(&text)
	values.SetEscapeHTML(false)
	text.WriteByte('[')
	for i := range operations {
		if i > 0 {
			text.WriteByte(',')
		}
		if err := encodeOperation(&text, values, &operations[i]); err != nil {
			return nil, fmt.Errorf("encoding what to %s at %s: %w", operations[i].Operation, operations[i].Path, err)
		}
	}
	text.WriteByte(']')
	return text.Bytes(), nil
}

// usualLength is that of the patch of a Pod with a handful of containers, in bytes.
const usualLength = 8 << 10

// encodeOperation writes one operation; values writes to the same text.
func encodeOperation(text *bytes.Buffer, values *json.Encoder, o *jsonpatch.Operation) error {
	text.WriteString(`{"op":"`)
	text.WriteString(o.Operation)
	text.WriteString(`","path":`)
	if err := encodeValue(text, values, o.Path); err != nil {
		return err
	}
	if o.Operation != "remove" {
		text.WriteString(`,"value":`)
		if err := encodeValue(text, values, o.Value); err != nil {
			return err
		}
	}
	return text.WriteByte('}')
}

func encodeValue(text *bytes.Buffer, values *json.Encoder, value any) error {
	if sent, is := value.(json.RawMessage); is {
		text.Write(sent)
		return nil
	}
	err := values.Encode(value)
	text.Truncate(len(bytes.TrimSuffix(text.Bytes(), []byte("\n")))) // the end of a line, which stands behind every value
	return err
}
