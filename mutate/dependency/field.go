package dependency

import (
	"encoding/json"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Field is a value that must stand at a place of an object.
type Field struct {
	path  FieldPath
	value Scalar
}

// Path is the place. Messages may name it.
func (f Field) Path() FieldPath { return f.path }

// Holds reports whether the object has the value there.
func (f Field) Holds(object map[string]any) bool {
	found, there := f.path.Find(object)
	return there && f.value.matches(found)
}

// Scalar is a text, a number or a boolean. A text never equals a number that is written alike: ready means the text, "3" too, 3 means the
// number. It has no String method on purpose: values of fields belong in no message.
type Scalar struct {
	// value is a string, a bool, an int64, or a float64 for numbers that are no int64.
	value any
}

// maxScalar bounds a value, in bytes.
const maxScalar = 1024

const scalarHint = `a value is a text, a number as JSON writes it, true or false; quote a text that looks like one of the others`

// parseScalar reads a value as YAML's types say, but takes numbers only as JSON writes them: what else YAML takes for a number (0x10, 1_000,
// .inf) stands in no object that way.
func parseScalar(node *yaml.Node) (Scalar, bool) {
	if len(node.Value) > maxScalar {
		return Scalar{}, false
	}
	switch tag := node.ShortTag(); {
	case node.Style == 0 && isNumber(node.Value):
		return parseNumber(node.Value)
	case tag == "!!null":
		return Scalar{}, false
	case tag == "!!bool":
		return Scalar{node.Value == "true"}, node.Value == "true" || node.Value == "false"
	case tag == "!!int", tag == "!!float":
		return Scalar{}, false
	default:
		return Scalar{node.Value}, true
	}
}

// isNumber reports whether a text is a number as JSON writes it. YAML takes one that is too large for a text.
func isNumber(text string) bool {
	return text != "" && strings.IndexByte("-0123456789", text[0]) >= 0 && json.Valid([]byte(text))
}

func parseNumber(text string) (Scalar, bool) {
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Scalar{whole}, true
	}
	float, err := strconv.ParseFloat(text, 64)
	return Scalar{float}, err == nil
}

// matches compares with a value as JSON is decoded: whole numbers are int64, all others float64.
func (s Scalar) matches(found any) bool {
	if s.value == found {
		return true
	}
	_, whole := s.value.(int64)
	if _, alsoWhole := found.(int64); whole && alsoWhole {
		return false
	}
	wanted, isNumber := asFloat(s.value)
	other, alsoNumber := asFloat(found)
	return isNumber && alsoNumber && wanted == other
}

func asFloat(value any) (float64, bool) {
	switch number := value.(type) {
	case int64:
		return float64(number), true
	case float64:
		return number, true
	}
	return 0, false
}

// yaml writes the value so that it is read as the same.
func (s Scalar) yaml() string {
	switch value := s.value.(type) {
	case bool:
		return strconv.FormatBool(value)
	case int64:
		return strconv.FormatInt(value, 10)
	case float64:
		// The exponent form is a number for JSON and YAML alike, however large or small the number is.
		return strconv.FormatFloat(value, 'e', -1, 64)
	default:
		return strconv.Quote(value.(string))
	}
}
