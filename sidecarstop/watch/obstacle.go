package watch

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"orderly.dev/sidecarstop/gate"
)

// obstacle is what stands in the way of seeing something, for people.
type obstacle struct {
	// text is empty where nothing need be said.
	text string
	// passes says that what was seen before is still worth something: the cluster is away for a moment, and nobody decided anything.
	passes bool
}

// refusal is a decision of the companion's own, and its text the obstacle.
type refusal string

func (r refusal) Error() string { return string(r) }

// obstacleOf says in the words of whoever waits what an error of the API server means. The error itself may have addresses in it, which are not his
// business.
func obstacleOf(err error, interest gate.Interest, resource schema.GroupResource) obstacle {
	var refused refusal
	var tooLarge overflow
	var status apierrors.APIStatus
	switch {
	case errors.As(err, &refused):
		return obstacle{text: refused.Error()}
	case errors.As(err, &tooLarge):
		return obstacle{text: tooLarge.Error()}
	case apierrors.IsResourceExpired(err), apierrors.IsGone(err), isTooNew(err):
		return obstacle{}
	case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
		return obstacle{text: fmt.Sprintf("there is no kind %s in %s in this cluster", interest.Kind.Kind, interest.Kind.GroupVersion())}
	case apierrors.IsForbidden(err):
		return obstacle{text: "the companion may not list and watch " + resource.String() + ": " + wayOut(interest)}
	case apierrors.IsMethodNotSupported(err):
		return obstacle{text: resource.String() + " are nothing that can be watched"}
	case errors.As(err, &status) && status.Status().Reason != "":
		return obstacle{text: fmt.Sprintf("the API server refuses %s for now (%s)", resource, status.Status().Reason), passes: true}
	default:
		return obstacle{text: "the API server does not answer", passes: true}
	}
}

// isTooNew reports whether a server has not yet seen what another one has, which the reflector mends by itself.
func isTooNew(err error) bool {
	return apierrors.IsTimeout(err) && apierrors.HasStatusCause(err, "ResourceVersionTooLarge")
}

// wayOut says where the right is to be had.
func wayOut(interest gate.Interest) string {
	if isResourceEntry(interest) {
		return "add it to dependencies.resources of the chart"
	}
	return "its ClusterRole is not that of its version; install the chart again"
}

// isResourceEntry reports whether somebody asks for the object as an entry of the kind resource. Package gate itself asks for whole objects, and for
// a namespace as its own, which is in no namespace.
func isResourceEntry(interest gate.Interest) bool {
	return interest.Form == gate.Untyped || interest.Form == gate.Metadata && interest.Namespace != ""
}

// check refuses what must not be looked at. A gate that opens when a field has some value tells the value to who can ask often enough, so the
// operator decides what can be asked: by the rights that he gives, and for kinds to which the companion has a right anyway, by a list.
func check(interest gate.Interest, mapped schema.GroupResource, listed []schema.GroupResource) error {
	if mapped.Group == corev1.GroupName && (mapped.Resource == "secrets" || mapped.Resource == "configmaps") || isData(interest.Kind) {
		return refusal("Secrets and ConfigMaps are never looked at: wait for what makes them")
	}
	if !isResourceEntry(interest) || !isOwn(mapped) || slices.Contains(listed, mapped) {
		return nil
	}
	return refusal("the operator did not list " + mapped.String() + " for entries of the kind resource: add it to dependencies.resources of the chart")
}

func isData(kind schema.GroupVersionKind) bool {
	return kind.Group == corev1.GroupName && (strings.EqualFold(kind.Kind, "Secret") || strings.EqualFold(kind.Kind, "ConfigMap"))
}

// isOwn reports whether the companion may list the kind for its own purposes.
func isOwn(resource schema.GroupResource) bool {
	switch resource.String() {
	case "pods", "namespaces", "endpointslices.discovery.k8s.io", "jobs.batch",
		"daemonsets.apps", "deployments.apps", "statefulsets.apps", "events.events.k8s.io", "leases.coordination.k8s.io":
		return true
	}
	return false
}
