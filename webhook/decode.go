package webhook

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"orderly.dev/webhook/raw"
)

// decode decodes an object of a type T, which must be of the kind. Names of fields count to the letter, and what the type does not
// know is passed over, as the API server does both.
func decode[T any, P interface {
	*T
	runtime.Object
}](kind schema.GroupVersionKind, text []byte) (*T, error) {
	object := P(new(T))
	if err := decodeInto(object, text); err != nil {
		return nil, err
	}
	// Objects inside requests are sent with their kind, but the protocol does not promise it.
	if got := object.GetObjectKind().GroupVersionKind(); !got.Empty() && got != kind {
		return nil, fmt.Errorf("it is a %s, not a %s", got, kind)
	}
	return object, nil
}

func decodeInto(object any, text []byte) error {
	if len(text) == 0 || string(text) == "null" {
		return errors.New("the request holds no object")
	}
	return utiljson.Unmarshal(text, object)
}

// trimmed is an object without its managed fields, which often are half of it. Nobody here asks for them, and what is not seen does
// not change.
func trimmed(text []byte) []byte {
	return raw.Without(text, raw.Find(text, "metadata", "managedFields")...)
}
