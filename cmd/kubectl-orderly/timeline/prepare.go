package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// A Secret or a ConfigMap that does not exist keeps the kubelet from starting anything of a Pod, and the status of no container says so: all of them wait
// with the reason PodInitializing or ContainerCreating, for ever. Only an Event of the kubelet's has the word. But its condition says that it is still about
// volumes and network, which on a node that works is a matter of a moment.

const (
	// preparation is how long that may take before it is worth a word.
	preparation = 10 * time.Second
	// maxNeeds bounds how many objects are named.
	maxNeeds = 10
)

// isUnprepared reports whether the kubelet has been preparing the Pod for longer than it needs. After a reboot of the node it does so again, in a Pod that
// had started long before.
func isUnprepared(pod *corev1.Pod, now time.Time) bool {
	ready, since := conditionOf(pod, corev1.PodReadyToStartContainers), startOf(pod)
	if again := ready.LastTransitionTime.Time; again.After(since) {
		since = again
	}
	return !isOver(pod) && pod.DeletionTimestamp == nil && ready.Status == corev1.ConditionFalse && !since.IsZero() && now.Sub(since) >= preparation
}

// unprepared says what the kubelet prepares, and who knows more.
func unprepared(pod *corev1.Pod) string {
	which := ""
	if needs := needsOf(pod); len(needs) > 0 {
		which = " (of " + strings.Join(needs, ", ") + ")"
	}
	return fmt.Sprintf("the kubelet has not prepared the volumes%s and the network of the Pod yet: `kubectl describe pod %s -n %s` says what is missing",
		which, pod.Name, pod.Namespace)
}

// rootCA is in every namespace.
const rootCA = "kube-root-ca.crt"

// needsOf names what has to exist for the volumes of a Pod, each once.
func needsOf(pod *corev1.Pod) []string {
	var needs []string
	need := func(kind, name string, optional *bool) {
		word := kind + " " + name
		if (optional == nil || !*optional) && name != rootCA && !slices.Contains(needs, word) {
			needs = append(needs, word)
		}
	}
	for _, v := range pod.Spec.Volumes {
		if s := v.Secret; s != nil {
			need("Secret", s.SecretName, s.Optional)
		}
		if c := v.ConfigMap; c != nil {
			need("ConfigMap", c.Name, c.Optional)
		}
		if c := v.PersistentVolumeClaim; c != nil {
			need("PersistentVolumeClaim", c.ClaimName, nil)
		}
		if v.Projected == nil {
			continue
		}
		for _, source := range v.Projected.Sources {
			if s := source.Secret; s != nil {
				need("Secret", s.Name, s.Optional)
			}
			if c := source.ConfigMap; c != nil {
				need("ConfigMap", c.Name, c.Optional)
			}
		}
	}
	if more := len(needs) - maxNeeds; more > 0 {
		needs = append(needs[:maxNeeds], fmt.Sprintf("and %d more", more))
	}
	return needs
}
