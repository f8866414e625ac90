package mutate

import (
	"cmp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// gatePrefix starts the annotations that open the gates of single containers.
const gatePrefix = "ready." + contract.Prefix

// removeStatus removes what a Pod claims about itself as it is made, be it copied from another one or forged. What
// its owner says stays, because it is an input.
func removeStatus(pod *corev1.Pod, owner ownerList) {
	for name := range pod.Annotations {
		key, known := contract.FindKey(name)
		ours := known && key.Origin == contract.ByOrderly || strings.HasPrefix(name, gatePrefix)
		input := name == contract.AnnotationResolvedSteps && owner.known() || name == contract.AnnotationFromOwner
		if ours && !input {
			delete(pod.Annotations, name)
		}
	}
	delete(pod.Labels, contract.LabelManaged)
}

// setStatus says on the Pod what was understood. A Pod with steps is marked for the companion loop; one that asked for nothing at all
// but for steps that it cannot have is left as it is.
func setStatus(pod *corev1.Pod, d decision, summary string) {
	if !d.plan.any() && !d.configured {
		return
	}
	if d.plan.any() {
		setLabel(pod, contract.LabelManaged, contract.ManagedYes)
	}
	setAnnotation(&pod.ObjectMeta, contract.AnnotationStatus, cmp.Or(d.config.Version, "devel")+": "+summary)
}

func setLabel(pod *corev1.Pod, name, value string) {
	if pod.Labels == nil {
		pod.Labels = map[string]string{}
	}
	pod.Labels[name] = value
}

// summary says in one line what was understood about a rewritten Pod.
func summary(pod *corev1.Pod, p plan) string {
	text := "steps: " + p.String()
	if !p.any() {
		return text
	}
	if sidecars := sidecarNames(pod, p); len(sidecars) > 0 {
		text += "; sidecars: " + strings.Join(sidecars, " ")
	}
	return text
}
