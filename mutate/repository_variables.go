package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract/clone"
)

// The variables that tell a container about repositories. Admission sets what the order alone tells. All of them are also in a file that the cloner
// leaves, which the wrapper reads; a variable of the container would win over the file, so in a container that is wrapped those are left out that only
// the server knows: whether a short name is a branch or a tag, what HEAD points to, the commit.

// runner says what starts the command of a container.
type runner int

const (
	byKubelet runner = iota
	byWrapper
)

func (d decision) runner(c *corev1.Container) runner {
	if d.wraps(c) {
		return byWrapper
	}
	return byKubelet
}

// variablesOf are those that admission sets.
func variablesOf(o clone.Order, by runner) []corev1.EnvVar {
	return asEnv(o, o.Variables(declared(o, by)))
}

// declared is what an order tells about its repositories.
func declared(o clone.Order, by runner) []clone.Source {
	sources := make([]clone.Source, len(o.Repositories))
	for i, r := range o.Repositories {
		sources[i] = r.Declared()
		switch {
		case by == byKubelet:
		case r.Ref == clone.Ref{}:
			sources[i].RefType, sources[i].RefName = "", ""
		case r.Ref.Kind == clone.AnyRef:
			sources[i].RefType = ""
		}
	}
	return sources
}

// asEnv writes variables so that the kubelet, which replaces $(NAME) and makes one dollar of two, gives what they say.
func asEnv(o clone.Order, variables []clone.Variable) []corev1.EnvVar {
	env := make([]corev1.EnvVar, 0, len(variables)+1)
	for _, v := range variables {
		env = append(env, corev1.EnvVar{Name: v.Name, Value: escapeVariables(v.Value)})
	}
	if o.GitEventsRunner {
		env = append(env, corev1.EnvVar{Name: clone.RunnerNamespace, ValueFrom: &corev1.EnvVarSource{
			FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"},
		}})
	}
	return env
}

// earlierVariables are all that a pass with this order can have set, in one container or the other.
func earlierVariables(o clone.Order) []corev1.EnvVar {
	return slices.Concat(variablesOf(o, byKubelet), variablesOf(o, byWrapper))
}

// variableNames are the names of all that admission or the cloner sets.
func variableNames(o clone.Order) map[string]bool {
	everything := slices.Repeat([]clone.Source{{RefType: "commit", RefName: "x", Commit: "x"}}, len(o.Repositories))
	names := map[string]bool{}
	for _, v := range asEnv(o, o.Variables(everything)) {
		names[v.Name] = true
	}
	return names
}

// withoutVariables leaves out those of a list, whose values count too: another value is somebody else's.
func withoutVariables(env, unwanted []corev1.EnvVar) []corev1.EnvVar {
	return slices.DeleteFunc(slices.Clone(env), func(e corev1.EnvVar) bool { return hasVariable(unwanted, e) })
}

func hasVariable(list []corev1.EnvVar, wanted corev1.EnvVar) bool {
	return slices.ContainsFunc(list, func(e corev1.EnvVar) bool { return sameVariable(e, wanted) })
}

// sameVariable compares what Orderly writes: a value, or a field of the Pod.
func sameVariable(a, b corev1.EnvVar) bool {
	if a.Name != b.Name || a.Value != b.Value {
		return false
	}
	if a.ValueFrom == nil || b.ValueFrom == nil {
		return a.ValueFrom == b.ValueFrom
	}
	fieldA, fieldB := a.ValueFrom.FieldRef, b.ValueFrom.FieldRef
	return fieldA != nil && fieldB != nil && fieldA.FieldPath == fieldB.FieldPath
}
