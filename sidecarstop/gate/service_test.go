package gate_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"
)

func TestAServiceIsMetByOneReadyEndpoint(t *testing.T) {
	yes, no := new(true), new(false)
	const entry = "service: mariadb"
	none := notYet("no endpoints: is there a Service of that name with a selector?")
	tell(t, []story{
		{"there is nothing", entry, nil, nil, none},
		{"there is a Service without an EndpointSlice", entry, nil, cluster{&corev1.Service{ObjectMeta: meta("mariadb")}}, none},
		{"its EndpointSlice is empty", entry, nil, cluster{endpoints("mariadb")}, none},
		{"no endpoint is ready", entry, nil, cluster{endpoints("mariadb", endpoint("a", no), endpoint("b", no))}, notYet("0 of 2 endpoints ready")},
		{"one of two is ready", entry, nil, cluster{endpoints("mariadb", endpoint("a", no), endpoint("b", yes))}, met},
		{"an endpoint of which nothing is said is ready", entry, nil, cluster{endpoints("mariadb", endpoint("a", nil))}, met},
		{"the ready one is in the second EndpointSlice", entry, nil,
			cluster{endpoints("mariadb", endpoint("a", no)), endpoints("mariadb", endpoint("b", yes))}, met},
		{"a Pod with two addresses counts once", entry, nil,
			cluster{endpoints("mariadb", endpoint("a", no)), endpoints("mariadb", endpoint("a", no))}, notYet("0 of 1 endpoints ready")},
		{"a Pod with two addresses is ready by one of them", entry, nil,
			cluster{endpoints("mariadb", endpoint("a", yes)), endpoints("mariadb", endpoint("a", no))}, met},
		{"endpoints of objects without a UID count by their addresses", entry, nil,
			cluster{endpoints("mariadb", ofSomething(address("10.0.0.1", no)), ofSomething(address("10.0.0.2", no)))}, notYet("0 of 2 endpoints ready")},
		{"endpoints outside of the cluster count by their addresses", entry, nil,
			cluster{endpoints("mariadb", address("10.0.0.1", no), address("10.0.0.2", no))}, notYet("0 of 2 endpoints ready")},
		{"the ready endpoints are another Service's", entry, nil, cluster{endpoints("memcached", endpoint("a", yes))}, none},
		{"the ready endpoints are in another namespace", entry, nil,
			cluster{within("identity", endpoints("mariadb", endpoint("a", yes)))}, none},
		{"a Pod without a node has its Service met too", entry, waitingPod(withoutNode), cluster{endpoints("mariadb", endpoint("a", yes))}, met},
	})
}

func uidOf(name string) types.UID { return types.UID("uid-" + name) }

func endpoints(service string, all ...discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	return labelled(discoveryv1.LabelServiceName, service, &discoveryv1.EndpointSlice{ObjectMeta: meta(service + "-x"), Endpoints: all})
}

// endpoint is one of a Pod.
func endpoint(pod string, ready *bool) discoveryv1.Endpoint {
	return discoveryv1.Endpoint{
		TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: pod, UID: uidOf(pod)},
		Conditions: discoveryv1.EndpointConditions{Ready: ready},
	}
}

// ofSomething puts an object of which only the name is known behind an endpoint.
func ofSomething(endpoint discoveryv1.Endpoint) discoveryv1.Endpoint {
	endpoint.TargetRef = &corev1.ObjectReference{Kind: "VirtualMachine", Name: "a"}
	return endpoint
}

// address is an endpoint behind which there is no object.
func address(ip string, ready *bool) discoveryv1.Endpoint {
	return discoveryv1.Endpoint{Addresses: []string{ip}, Conditions: discoveryv1.EndpointConditions{Ready: ready}}
}
