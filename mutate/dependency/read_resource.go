package dependency

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"

	"orderly.dev/mutate/annotation"
)

// Objects of other kinds: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}, with fields and conditions.

const (
	keyAPIVersion = "apiVersion"
	keyKind       = "kind"
)

const resourceHint = "write resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}"

func (r *entryReader) resource(d *draft, v annotation.Value) {
	given := map[string]bool{}
	isMapping := r.Mapping(v, annotation.Form{Name: "a resource", Keys: []string{keyAPIVersion, keyKind, keyName}, Read: func(value annotation.Value) {
		given[value.Key] = true
		text, ok := r.Text(value)
		if !ok {
			return
		}
		if detail := d.setResource(value.Key, text); detail != "" {
			r.RefuseValue(value.Place, text, detail)
		}
	}})
	if !isMapping {
		return
	}
	for _, key := range []string{keyAPIVersion, keyKind, keyName} {
		if !given[key] {
			r.Refuse(v.Place, key+" is missing; "+resourceHint)
		}
	}
	if detail := d.refusedData(); detail != "" {
		r.Refuse(v.Place, detail)
	}
}

// setResource takes one of a resource's texts, or says why it cannot be.
func (e *Entry) setResource(key, text string) string {
	switch key {
	case keyAPIVersion:
		e.apiVersion = text
		return badAPIVersion(text)
	case keyKind:
		e.objectKind = text
		if len(validation.IsDNS1035Label(strings.ToLower(text))) > 0 {
			return "not a kind such as Deployment: up to 63 letters, digits and dashes, the first a letter"
		}
	default:
		e.target = text
		if reasons := content.IsPathSegmentName(text); len(reasons) > 0 || len(text) > maxObjectName || !isPrintable(text) {
			return "not the name of an object"
		}
	}
	return ""
}

// maxObjectName is the longest name of an object.
const maxObjectName = 253

// badAPIVersion says why a text is no GROUP/VERSION and no version of the core group.
func badAPIVersion(text string) string {
	group, version, grouped := strings.Cut(text, "/")
	if !grouped {
		group, version = "", text
	}
	if grouped && len(content.IsDNS1123Subdomain(group)) > 0 || len(validation.IsDNS1035Label(version)) > 0 {
		return "not an apiVersion such as v1, apps/v1 or stable.example.com/v1"
	}
	return ""
}

// refusedData says why nobody may wait for what a Secret or a ConfigMap holds: a Pod that may not read it could ask for one value after the
// other, and learn from its gate which it is.
func (e *Entry) refusedData() string {
	core := e.apiVersion != "" && !strings.Contains(e.apiVersion, "/")
	for _, kind := range []string{"Secret", "ConfigMap"} {
		if core && strings.EqualFold(e.objectKind, kind) {
			return "a " + kind + " can never be waited for, because that could tell what it holds; " +
				"wait for the Job that makes it, or mount it: a Pod starts only when what it mounts is there"
		}
	}
	return ""
}
