package timeline

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// gate is what the first steps of a Pod wait at.
type gate struct {
	open bool
	// opened is when, to the second; zero where the API server's books do not say.
	opened time.Time
}

// gateOf reads the time from the API server's book of who wrote which field when, the only place that has it. Whoever gets
// the Pod without the book sees a first step that runs start with its container.
func gateOf(pod *corev1.Pod) gate {
	g := gate{open: pod.Annotations[contract.AnnotationReady] == contract.ReadyValue}
	for _, entry := range pod.ManagedFields {
		if entry.Time == nil || entry.FieldsV1 == nil {
			continue
		}
		if strings.Contains(entry.FieldsV1.GetRawString(), `"f:`+contract.AnnotationReady+`":`) {
			g.opened = later(g.opened, entry.Time.Time)
		}
	}
	return g
}
