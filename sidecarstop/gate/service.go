package gate

import (
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
)

// "service: mariadb — at least one ready endpoint."
//
// The Service must be there as well: its EndpointSlices may outlive it a moment, and without it nobody can reach them. An endpoint whose condition
// ready is not set is ready, as k8s.io/api/discovery/v1 (EndpointConditions) says. One of type ExternalName has no endpoints, so it is never met.

func serviceInterests(q question) []Interest {
	return []Interest{serviceInterest(q), slicesInterest(q)}
}

func serviceInterest(q question) Interest {
	return q.named(corev1.SchemeGroupVersion.WithKind("Service"), Metadata)
}

func slicesInterest(q question) Interest {
	ofService := labels.Set{discoveryv1.LabelServiceName: q.entry.Name()}
	return q.selected(discoveryv1.SchemeGroupVersion.WithKind("EndpointSlice"), labels.SelectorFromSet(ofService).String())
}

func judgeService(q question) Verdict {
	if _, there := the[*metav1.PartialObjectMetadata](q.sight, serviceInterest(q)); !there {
		return notYet("there is no such Service")
	}
	ready, all := countBackends(seen[*discoveryv1.EndpointSlice](q.sight, slicesInterest(q)))
	switch {
	case ready > 0:
		return met()
	case all == 0:
		return notYet("it has no endpoints")
	default:
		return notYet("0 of %d endpoints ready", all)
	}
}

// backend is what stands behind an endpoint: an object, or without one an address.
type backend struct {
	uid     types.UID
	address string
}

// countBackends counts each Pod behind a Service once, though a Service with two IP families has an endpoint of each for it.
func countBackends(all []*discoveryv1.EndpointSlice) (ready, total int) {
	isReady := map[backend]bool{}
	for _, slice := range all {
		for _, endpoint := range slice.Endpoints {
			b := backendOf(endpoint)
			isReady[b] = isReady[b] || endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready
		}
	}
	for _, one := range isReady {
		if one {
			ready++
		}
	}
	return ready, len(isReady)
}

func backendOf(endpoint discoveryv1.Endpoint) backend {
	switch {
	case endpoint.TargetRef != nil && endpoint.TargetRef.UID != "":
		return backend{uid: endpoint.TargetRef.UID}
	case len(endpoint.Addresses) > 0:
		return backend{address: endpoint.Addresses[0]}
	default:
		return backend{}
	}
}
