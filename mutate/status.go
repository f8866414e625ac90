package mutate

import (
	"cmp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
	"orderly.dev/mutate/dependency"
)

// removeStatus removes what a Pod claims about itself as it is made, be it copied from another one or forged. What
// its owner says stays, because it is an input.
func removeStatus(pod *corev1.Pod, owner ownerList) {
	for name := range pod.Annotations {
		key, known := contract.FindKey(name)
		ours := known && key.Origin == contract.ByOrderly || strings.HasPrefix(name, contract.GatePrefix)
		input := name == contract.AnnotationResolvedSteps && owner.known() || name == contract.AnnotationFromOwner
		if ours && !input {
			delete(pod.Annotations, name)
		}
	}
	delete(pod.Labels, contract.LabelManaged)
}

// setStatus says on the Pod what was understood, and what the companion loop has to judge. A Pod in which Orderly runs
// or holds anything is marked for it; one that asked for nothing at all but for steps that it cannot have is left as it is.
func setStatus(pod *corev1.Pod, d decision, summary string) {
	if !d.plan.any() && !d.configured {
		return
	}
	setAnnotation(&pod.ObjectMeta, contract.AnnotationResolvedWaits, dependency.Format(d.awaited.judged()))
	if d.settings.events != "" {
		setAnnotation(&pod.ObjectMeta, contract.AnnotationEvents, d.settings.events)
	}
	if d.plan.any() || d.awaited.any() || d.settings.clones() {
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
func summary(pod *corev1.Pod, d decision) string {
	text := "steps: " + d.plan.String()
	if sidecars := sidecarNames(pod, d.plan); d.plan.any() && len(sidecars) > 0 {
		text += "; sidecars: " + strings.Join(sidecars, " ")
	}
	return text + clonesText(d.settings.repositories) + projectedText(d.settings.projected) + d.awaited.String()
}

// clonesText says which repositories there are.
func clonesText(o clone.Order) string {
	if !hasRepositories(o) {
		return ""
	}
	places := make([]string, len(o.Repositories))
	for i, r := range o.Repositories {
		places[i] = placeOf(r)
	}
	return "; clone: " + strings.Join(places, ", ")
}
