package mutate

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Platform is what an image is built for.
type Platform struct {
	// OS and Architecture are named as Go names them: linux, arm64.
	OS, Architecture string
}

func (p Platform) String() string { return p.OS + "/" + p.Architecture }

// wrapperPlatforms are those that the wrapper is built for. A container that it runs in front of can run nowhere else.
var wrapperPlatforms = []Platform{{"linux", "amd64"}, {"linux", "arm64"}}

// possiblePlatforms are those of the nodes that the Pod may run on, as far as its nodeSelector and its required node affinity tell by
// the labels kubernetes.io/os and kubernetes.io/arch.
func possiblePlatforms(spec *corev1.PodSpec) []Platform {
	return slices.DeleteFunc(slices.Clone(wrapperPlatforms), func(p Platform) bool {
		return !selected(p, spec.NodeSelector) || !attracted(p, spec.Affinity)
	})
}

// anySelected reports whether the nodeSelector leaves a platform.
func anySelected(selector map[string]string) bool {
	return slices.ContainsFunc(wrapperPlatforms, func(p Platform) bool { return selected(p, selector) })
}

func selected(p Platform, selector map[string]string) bool {
	for name, wanted := range selector {
		if value, known := p.label(name); known && wanted != value {
			return false
		}
	}
	return true
}

// attracted follows the scheduler: one of the terms must match, and in it every expression; a term without anything in it matches no
// node. What the expressions say about other labels is not known here, so it counts as true. A list without terms is refused by the API
// server, which says why.
func attracted(p Platform, affinity *corev1.Affinity) bool {
	if affinity == nil || affinity.NodeAffinity == nil || affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return true
	}
	terms := affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	return len(terms) == 0 || slices.ContainsFunc(terms, func(term corev1.NodeSelectorTerm) bool {
		empty := len(term.MatchExpressions)+len(term.MatchFields) == 0
		return !empty && !slices.ContainsFunc(term.MatchExpressions, func(r corev1.NodeSelectorRequirement) bool { return repels(p, r) })
	})
}

// repels reports whether no node of this platform can meet the requirement.
func repels(p Platform, r corev1.NodeSelectorRequirement) bool {
	value, known := p.label(r.Key)
	if !known {
		return false
	}
	switch r.Operator {
	case corev1.NodeSelectorOpIn:
		return !slices.Contains(r.Values, value)
	case corev1.NodeSelectorOpNotIn:
		return slices.Contains(r.Values, value)
	case corev1.NodeSelectorOpDoesNotExist:
		return true
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
	}
	return false
}

// label is the value of a label that the kubelet gives a node of this platform; false for a label that does not tell of it.
func (p Platform) label(name string) (string, bool) {
	switch name {
	case corev1.LabelOSStable:
		return p.OS, true
	case corev1.LabelArchStable:
		return p.Architecture, true
	}
	return "", false
}

// narrow keeps what the Pod may run on. An image that is built for one platform alone runs everywhere or fails everywhere, so there
// is nothing to choose, and what it says about its platform is often wrong.
func narrow(platforms []ImagePlatform, possible []Platform) []ImagePlatform {
	if len(platforms) == 1 {
		return platforms
	}
	return slices.DeleteFunc(slices.Clone(platforms), func(p ImagePlatform) bool {
		return !slices.Contains(possible, Platform{p.OS, p.Architecture})
	})
}

func enumeratePlatforms(platforms []Platform) string {
	names := make([]string, len(platforms))
	for i, p := range platforms {
		names[i] = p.String()
	}
	return strings.Join(names, ", ")
}
