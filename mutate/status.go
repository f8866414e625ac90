package mutate

import (
	"cmp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// gatePrefix starts the annotations that open the gates of single containers.
const gatePrefix = "ready." + contract.Prefix

// removeStatus removes what a Pod claims about itself as it is made, be it copied from another one or forged. The owner's
// list stays, because it is an input.
func removeStatus(pod *corev1.Pod, owner ownerList) {
	for name := range pod.Annotations {
		key, known := contract.FindKey(name)
		ours := known && key.Origin == contract.ByOrderly || strings.HasPrefix(name, gatePrefix)
		input := name == contract.AnnotationResolvedSteps && owner.known()
		if ours && !input {
			delete(pod.Annotations, name)
		}
	}
}

// setStatus marks the Pod as rewritten and says what was understood. Its annotations exist: it asked with one.
func setStatus(pod *corev1.Pod, summary string, config Config) {
	if pod.Labels == nil {
		pod.Labels = map[string]string{}
	}
	pod.Labels[contract.LabelManaged] = contract.ManagedYes
	pod.Annotations[contract.AnnotationStatus] = cmp.Or(config.Version, "devel") + ": " + summary
}

// summary says in one line what was understood about a rewritten Pod.
func summary(pod *corev1.Pod, p plan) string {
	text := "steps: " + p.String()
	if sidecars := sidecarNames(pod, p); len(sidecars) > 0 {
		text += "; sidecars: " + strings.Join(sidecars, " ")
	}
	return text
}
