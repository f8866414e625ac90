package dependency

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"

	"orderly.dev/mutate/annotation"
)

// Objects that are meant by name, and the namespace before it: identity:keystone-api.

// namespaceSeparator stands between a namespace and a name.
const namespaceSeparator = ":"

// object reads a name.
func (r *entryReader) object(d *draft, v annotation.Value) {
	text, ok := r.Text(v)
	if !ok {
		return
	}
	namespace, name, qualified := strings.Cut(text, namespaceSeparator)
	if !qualified {
		namespace, name = "", text
	}
	if qualified && len(content.IsDNS1123Label(namespace)) > 0 {
		r.RefuseValue(v.Place, namespace, "not the name of a namespace; "+v.Hint)
		return
	}
	if detail := d.kind.badName(name); detail != "" {
		r.RefuseValue(v.Place, name, detail)
		return
	}
	d.namespace, d.target = namespace, name
}

// badName says why a text is not the name of an object of that kind.
func (k Kind) badName(name string) string {
	valid := content.IsDNS1123Subdomain
	if k == Service {
		valid = content.IsDNS1123Label
	}
	if reasons := valid(name); len(reasons) > 0 {
		return "not the name of a " + string(k) + ": " + brief(reasons)
	}
	return ""
}

// namespace reads the key of that name.
func (r *entryReader) namespace(v annotation.Value) string {
	text, ok := r.Text(v)
	if !ok {
		return ""
	}
	if reasons := content.IsDNS1123Label(text); len(reasons) > 0 {
		r.RefuseValue(v.Place, text, "not the name of a namespace: "+brief(reasons))
		return ""
	}
	return text
}

// brief is what Kubernetes says first about a bad text, without the regular expression.
func brief(reasons []string) string {
	words, _, _ := strings.Cut(reasons[0], " (e.g. ")
	return words
}
