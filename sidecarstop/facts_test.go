package sidecarstop_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/gate"
)

// makeFacts gives the facts about a Pod that waits for the entries of a text, where the watches show these objects.
func makeFacts(t *testing.T, pod *corev1.Pod, waits string, objects ...metav1.Object) sidecarstop.Facts {
	t.Helper()
	facts := sidecarstop.Facts{Waits: sidecarstop.ParseWaits(waits), Sight: gate.Sight{}}
	facts.Ending = ending.Facts{Settings: ending.Settings{NopImage: nopImage}}
	require.Empty(t, facts.Waits.Unreadable, waits)
	for range 3 { // interests of interests
		for _, entry := range facts.Waits.Entries {
			for _, interest := range gate.Interests(entry, pod, facts.Sight) {
				facts.Sight[interest] = gate.Seen{Objects: objects}
			}
		}
	}
	return facts
}

// noEndpoints is what is said of a Service that nobody sees.
const noEndpoints = "no endpoints: is there a Service of that name with a selector?"

// endpoints make a Service that is there.
func endpoints(service string) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: service + "-1", Labels: map[string]string{discoveryv1.LabelServiceName: service}},
		Endpoints:  []discoveryv1.Endpoint{{Conditions: discoveryv1.EndpointConditions{Ready: new(true)}}},
	}
}

// aJob is one that ended so.
func aJob(name string, conditions ...batchv1.JobCondition) *batchv1.Job {
	return &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Status: batchv1.JobStatus{Conditions: conditions}}
}

var (
	succeeded = batchv1.JobCondition{Type: batchv1.JobComplete, Status: corev1.ConditionTrue}
	failed    = batchv1.JobCondition{Type: batchv1.JobFailed, Status: corev1.ConditionTrue, Reason: "BackoffLimitExceeded"}
)
