package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// podIPVariable tells the wrapper the Pod's address, which can reach a container as a variable only.
const podIPVariable = "POD_IP"

// addPodIP gives the variable to a container with a template that names no network interface. One of the user's stays, whatever it is; so
// does ours, which cannot be told from it, and does no harm where it is not needed any more. It comes first, so that the user's variables can
// refer to it.
func addPodIP(c *corev1.Container, templates []contract.Template) {
	needed := slices.ContainsFunc(templates, func(t contract.Template) bool { return t.Interface == "" })
	if !needed || slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == podIPVariable }) {
		return
	}
	ip := corev1.EnvVar{Name: podIPVariable, ValueFrom: &corev1.EnvVarSource{
		FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "status.podIP"},
	}}
	c.Env = slices.Concat([]corev1.EnvVar{ip}, c.Env)
}
