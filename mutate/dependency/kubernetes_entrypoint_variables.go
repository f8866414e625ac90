package dependency

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"

	"orderly.dev/mutate/annotation"
)

// Which of a container's variables concern kubernetes-entrypoint, and whether their values can be known before the Pod runs.

const (
	ownName      = "metadata.name"
	ownNamespace = "metadata.namespace"
)

// settings are the variables beside those of dependencies.
var settings = []string{varCommand, varNamespace, varPodName, varInterface}

// collect takes the variables that concern us.
func (r *environmentReader) collect(env []corev1.EnvVar) {
	for i := range env {
		name := env[i].Name
		known := slices.Contains(settings, name) || slices.Contains(dependencyVariables, name)
		_, twice := r.variables[name]
		switch {
		case twice:
			r.refuse(name, "the variable stands there twice, and the first is ignored; remove one of them")
		case known:
			r.variables[name] = read(&env[i])
		case strings.HasPrefix(name, dependencyPrefix):
			r.refuse(name, "kubernetes-entrypoint knows no such variable"+r.nearest(name)+" and ignores it; rename it, or remove it")
		}
	}
}

func (r *environmentReader) nearest(name string) string {
	if len(r.problems) >= annotation.EnoughProblems {
		return ""
	}
	return annotation.DidYouMean(name, dependencyVariables)
}

// read finds out the value. One that Kubernetes takes from elsewhere when the container starts cannot be read at admission.
func read(v *corev1.EnvVar) variable {
	switch {
	case v.ValueFrom == nil && len(v.Value) > maxBytes:
		return variable{bad: "the value is too long"}
	case v.ValueFrom == nil && (strings.Contains(v.Value, "$(") || strings.Contains(v.Value, "$$")):
		return variable{bad: "the value has $( or $$, which Kubernetes replaces when the container starts; write what is meant"}
	case v.ValueFrom == nil:
		return variable{text: v.Value}
	case v.Name == varPodName && refersTo(v, ownName), v.Name == varNamespace && refersTo(v, ownNamespace):
		return variable{field: v.ValueFrom.FieldRef.FieldPath}
	default:
		return variable{bad: "the value comes from elsewhere when the container starts; write it here"}
	}
}

// value is what is known of a variable that is needed; false where that is not enough, which is reported.
func (r *environmentReader) value(name string) (variable, bool) {
	v := r.variables[name]
	if v.bad != "" {
		r.refuseOnce(name, v.bad)
	}
	return v, v.bad == ""
}

func refersTo(v *corev1.EnvVar, path string) bool {
	return v.ValueFrom.FieldRef != nil && v.ValueFrom.FieldRef.FieldPath == path
}

// needsPodName reports that that program finds its own Pod by a name that is not there.
func (r *environmentReader) needsPodName(name string) {
	if own, known := r.value(varPodName); known && own.field != ownName {
		r.refuseOnce(varPodName, "does not come from metadata.name, and without the Pod's own name kubernetes-entrypoint ignores "+name+
			"; add valueFrom: {fieldRef: {fieldPath: metadata.name}}")
	}
}

// baseNamespace is where objects are whose namespace is not written before their name.
func (r *environmentReader) baseNamespace() string {
	own, known := r.value(varNamespace)
	switch bad := content.IsDNS1123Label(own.text); {
	case !known, own.field == ownNamespace:
	case own.text == "":
		r.refuseOnce(varNamespace, `is not set, so kubernetes-entrypoint looks in the namespace "default"; `+
			"add valueFrom: {fieldRef: {fieldPath: metadata.namespace}}")
	case len(bad) > 0:
		r.refuseOnce(varNamespace, "not the name of a namespace: "+brief(bad))
	default:
		return own.text
	}
	return ""
}

// refuseOnce reports what is missing, or wrong, for several dependencies at once.
func (r *environmentReader) refuseOnce(name, detail string) {
	if !slices.Contains(r.reported, name) {
		r.reported = append(r.reported, name)
		r.refuse(name, detail)
	}
}
