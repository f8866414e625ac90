package dependency

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/annotation"
)

// The fields of a resource: [{key: spec.arbitrary-key, value: ready}].

// maxFields bounds what is asked of one object.
const maxFields = 32

const fieldsHint = "write fields: [{key: status.phase, value: Ready}]"

func (r *entryReader) fields(v annotation.Value) []Field {
	v.Hint = fieldsHint
	var fields []Field
	for _, item := range r.itemsUpTo(v, maxFields) {
		item.Key = "a field"
		var field Field
		given := map[string]bool{}
		isMapping := r.Mapping(item, annotation.Form{Name: "a field", Keys: []string{"key", "value"}, Read: func(value annotation.Value) {
			given[value.Key] = true
			if value.Key == "value" {
				field.value = r.scalar(value)
				return
			}
			field.path = r.fieldPath(value)
		}})
		if isMapping && (!given["key"] || !given["value"]) {
			r.Refuse(item.Place, "a field needs its key and its value; "+fieldsHint)
		}
		r.checkOnce(item.Place, field, fields)
		fields = append(fields, field)
	}
	return fields
}

// checkOnce reports a field that stands there already: two values for one place can never both be there.
func (r *entryReader) checkOnce(at annotation.Position, field Field, before []Field) {
	key := field.path.String()
	for _, other := range before {
		if key != "" && other.path.String() == key {
			r.RefuseValue(at, key, "the key stands in these fields already; remove one of them")
			return
		}
	}
}

func (r *entryReader) fieldPath(v annotation.Value) FieldPath {
	text, ok := r.Text(v)
	if !ok {
		return FieldPath{}
	}
	parse, hint := parsePath, pathHint
	if r.literalKeys {
		parse, hint = literalPath, literalPathHint
	}
	path, err := parse(text)
	if err != nil {
		r.RefuseValue(v.Place, text, err.Error()+"; "+hint)
	}
	return path
}

// scalar reads the value of a field. No message shows it.
func (r *entryReader) scalar(v annotation.Value) Scalar {
	if v.Node.Kind != yaml.ScalarNode || !annotation.IsPlain(v.Node) {
		r.Refuse(v.Place, "not a value that a field can be compared with; "+scalarHint)
		return Scalar{}
	}
	scalar, ok := parseScalar(v.Node)
	if !ok {
		r.Refuse(v.Place, fmt.Sprintf("not a value that a field can be compared with, of at most %d bytes; %s", maxScalar, scalarHint))
	}
	return scalar
}

// itemsUpTo reads a list of a few things.
func (r *entryReader) itemsUpTo(v annotation.Value, limit int) []annotation.Value {
	items := r.Items(v)
	if len(items) > limit {
		r.Refuse(v.Place, fmt.Sprintf("%d %s, but at most %d can be asked for", len(items), v.Key, limit))
		return nil
	}
	return items
}
