package timeline

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// published is what is read of the annotation orderly.dev/result, which the companion loop writes when all steps have ended. More may stand in it.
type published struct {
	Steps []struct {
		Name     string `json:"name"`
		Reason   string `json:"reason"`
		Message  string `json:"message"`
		Attempts int    `json:"attempts"`
	} `json:"steps"`
	Results   map[string]map[string]string `json:"results"`
	Truncated map[string][]string          `json:"truncated"`
}

// addResult takes from the annotation what the Pod's status does not have: the cause that the companion found for the death of a step that left no
// report, and results of such a step. A step's own report is exact, so it is never replaced; what cannot be read says nothing.
func addResult(steps []Step, pod *corev1.Pod) {
	text, found := pod.Annotations[contract.AnnotationResult]
	var said published
	if !found || json.Unmarshal([]byte(text), &said) != nil {
		return
	}
	for i := range steps {
		s := &steps[i]
		if s.Spoke || !s.Ended {
			continue
		}
		for _, other := range said.Steps {
			if other.Name == s.Name && other.Reason != "" {
				s.State, s.Attempts = other.Reason, other.Attempts
				s.Message = cmp.Or(other.Message, s.Message)
				if other.Attempts == 0 && s.Exited {
					s.Started = time.Time{} // only its wrapper ran
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(said.Results[s.Name])) {
			s.Results = append(s.Results, contract.Result{Name: name, Value: said.Results[s.Name][name]})
		}
		s.Truncated = said.Truncated[s.Name]
	}
}
