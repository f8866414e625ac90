package dependency

import (
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/annotation"
)

// Variables that are lists in JSON: of jobs, of pods, of custom resources. JSON is YAML as well, so once a text has proved to be JSON the same
// reader serves that gives the places in an annotation.

// jsonReader reads one such variable.
type jsonReader struct {
	entryReader
	env      *environmentReader
	variable string
}

// jsonForm is what the objects of a list may hold.
type jsonForm struct {
	annotation.Form
	hint string
	kind Kind
}

// json reads a list. Of one that is no JSON, kubernetes-entrypoint ignores everything.
func (r *environmentReader) json(name, text string) {
	if !json.Valid([]byte(text)) {
		r.refuse(name, "not JSON, so kubernetes-entrypoint ignores all of it; write a list of objects")
		return
	}
	if strings.TrimSpace(text) == jsonNull {
		return
	}
	// Tabs are white space for JSON, but not always for YAML. Inside texts JSON allows none.
	list, err := annotation.DecodeList(strings.ReplaceAll(text, "\t", " "), maxBytes)
	switch {
	case err != nil:
		r.refuse(name, err.Error()+"; kubernetes-entrypoint ignores all that is no list of objects")
		return
	case len(list.Content) > MaxEntries:
		r.refuse(name, tooManyEntries(len(list.Content)))
		return
	}
	j := jsonReader{env: r, variable: name, entryReader: entryReader{literalKeys: true}}
	for i, node := range list.Content {
		place := annotation.Position{Item: i + 1}.At(node)
		j.entry(annotation.Value{Key: "the element", Node: node, KeyPlace: place, Place: place})
	}
	for _, problem := range j.Problems() {
		r.problems = append(r.problems, EnvironmentProblem{Variable: name, Problem: problem})
	}
	r.take(j.entries...)
}

const jsonNull = "null"

// jsonForms are the keys of each variable's objects.
var jsonForms = map[string]jsonForm{
	varJobsJSON: {kind: Job, hint: `write {"name": "migrate"} or {"labels": {"initializes": "neutron"}}, with "namespace" for another one`,
		Form: annotation.Form{Name: "a job", Keys: []string{keyName, keyNamespace, keyLabels}}},
	varPodJSON: {kind: Pod, hint: `write {"labels": {"app": "cache"}}, with "requireSameNode" and "namespace"`,
		Form: annotation.Form{Name: "a pod", Keys: []string{keyLabels, keyNamespace, keyRequireSameNode}}},
	varCustomResource: {kind: Resource,
		hint: `write {"apiVersion": "stable.example.com/v1", "kind": "Foo", "name": "my-foo", "fields": [{"key": "status.phase", "value": "ready"}]}`,
		Form: annotation.Form{Name: "a custom resource", Keys: []string{keyAPIVersion, keyKind, keyName, keyNamespace, keyFields, keyConditions}}},
}

const keyRequireSameNode = "requireSameNode"

// entry reads one object. It is kept when nothing in it is wrong.
func (r *jsonReader) entry(v annotation.Value) {
	form := jsonForms[r.variable]
	before := len(r.Problems())
	e := Entry{kind: form.kind, place: v.Place}
	v.Hint = form.hint
	form.Read = func(value annotation.Value) {
		if value.Node.ShortTag() != "!!null" {
			r.key(&e, value)
		}
	}
	if form.kind == Pod {
		r.env.needsPodName(r.variable)
	}
	if !r.Mapping(v, form.Form) {
		return
	}
	if len(r.Problems()) > before {
		return
	}
	if detail := incomplete(e); detail != "" {
		r.Refuse(v.Place, detail+"; "+form.hint)
		return
	}
	if detail := e.refusedData(); detail != "" {
		r.Refuse(v.Place, detail)
		return
	}
	if e.namespace == "" {
		e.namespace = r.env.baseNamespace()
	}
	r.entries = append(r.entries, e)
}

// incomplete says what is missing in an object that is right key by key.
func incomplete(e Entry) string {
	switch {
	case e.kind == Job && e.target != "" && e.labels != nil:
		return "kubernetes-entrypoint ignores a job with both name and labels; remove one of them"
	case e.kind == Job && e.target == "" && e.labels == nil:
		return "neither name nor labels say which job is meant"
	case e.kind == Pod && e.labels == nil:
		return "the labels are missing"
	case e.kind == Resource && (e.apiVersion == "" || e.objectKind == "" || e.target == ""):
		return "apiVersion, kind and name say together which object is meant, and one of them is missing"
	}
	return ""
}

// key reads what stands behind a key. A value of another type makes kubernetes-entrypoint ignore the whole variable.
func (r *jsonReader) key(e *Entry, v annotation.Value) {
	if v.Key == keyRequireSameNode {
		if v.Node.ShortTag() != "!!bool" {
			r.Refuse(v.Place, "neither true nor false, so kubernetes-entrypoint ignores the whole variable; write one of them without quotes")
			return
		}
		e.sameNode = r.Switch(v)
		return
	}
	if !r.onlyTexts(v) {
		return
	}
	switch empty := len(v.Node.Content) == 0 && v.Node.Value == ""; {
	case v.Key == keyLabels:
		e.labels = r.labels(v)
	case empty:
	case v.Key == keyFields:
		e.fields = r.fields(v)
	case v.Key == keyConditions:
		e.conditions = r.conditions(v)
	default:
		r.text(e, v)
	}
}

// text reads a key whose value is one text.
func (r *jsonReader) text(e *Entry, v annotation.Value) {
	text, ok := r.Text(v)
	if !ok {
		return
	}
	detail := ""
	switch {
	case v.Key == keyNamespace:
		e.namespace = r.namespace(v)
	case e.kind == Resource:
		detail = e.setResource(v.Key, text)
	default:
		e.target, detail = text, e.kind.badName(text)
	}
	if detail != "" {
		r.RefuseValue(v.Place, text, detail)
	}
}

// onlyTexts reports a value in which something is no text of JSON's: a number, true, null.
func (r *jsonReader) onlyTexts(v annotation.Value) bool {
	if v.Node.Kind == yaml.ScalarNode {
		if v.Node.Style&yaml.DoubleQuotedStyle == 0 {
			r.Refuse(v.Place, "not a text, so kubernetes-entrypoint ignores the whole variable; write it in quotes")
			return false
		}
		return true
	}
	for _, node := range v.Node.Content {
		if !r.onlyTexts(v.Child(v.Key, node)) {
			return false
		}
	}
	return true
}
