package gate

import (
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
)

// "service: mariadb — at least one ready endpoint."
//
// The EndpointSlices that say whose they are are all that is looked at, so that a Service costs one watch. They belong to the Service and go with it,
// a moment later; whether a Service without endpoints exists makes no difference to whoever waits. An endpoint whose condition ready is not set is
// ready, as k8s.io/api/discovery/v1 (EndpointConditions) says. A Service of type ExternalName has no endpoints, so it is never met.

// noEndpoints is said of a Service without any: it may be missing, or have no selector, or one that no Pod matches yet.
const noEndpoints = "no endpoints: is there a Service of that name with a selector?"

func serviceInterests(q question) []Interest { return []Interest{slicesInterest(q)} }

func slicesInterest(q question) Interest {
	ofService := labels.Set{discoveryv1.LabelServiceName: q.entry.Name()}
	return q.selected(discoveryv1.SchemeGroupVersion.WithKind("EndpointSlice"), labels.SelectorFromSet(ofService).String())
}

func judgeService(q question) Verdict {
	ready, all := countBackends(seen[*discoveryv1.EndpointSlice](q.sight, slicesInterest(q)))
	switch {
	case ready > 0:
		return met()
	case all == 0:
		return notYet(noEndpoints)
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
