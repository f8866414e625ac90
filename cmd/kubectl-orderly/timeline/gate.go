package timeline

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Gate is what keeps containers, or the whole Pod, waiting for a word of the companion loop.
type Gate struct {
	// Containers are those that wait at it. Empty for the scheduling gate, which holds the whole Pod.
	Containers []string
	// Open says that the word was given. A gate that has opened stays open.
	Open bool
	// Opened is when, to the second; zero where the API server's books do not say.
	Opened time.Time
	// Since is when the clock of its timeout began.
	Since time.Time
	// Timeout is how long the containers wait at most, 0 for ever.
	Timeout time.Duration

	annotation string
}

// IsHold reports whether it is the scheduling gate, which keeps the Pod in the queue of the scheduler.
func (g Gate) IsHold() bool { return g.annotation == "" }

// gatesOf reads the gates of a Pod from its wrappers' flags and from its scheduling gates.
func gatesOf(pod *corev1.Pod) []Gate {
	var gates []Gate
	if slices.ContainsFunc(pod.Spec.SchedulingGates, func(g corev1.PodSchedulingGate) bool { return g.Name == contract.SchedulingGate }) {
		gates = append(gates, Gate{Since: pod.CreationTimestamp.Time})
	}
	for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		options := optionsOf(&c)
		for _, file := range options.ReadyFiles {
			annotation, isGate := contract.GateOfFile(file)
			if !isGate {
				continue
			}
			at := slices.IndexFunc(gates, func(g Gate) bool { return g.annotation == annotation })
			if at < 0 {
				at = len(gates)
				gates = append(gates, makeGate(pod, annotation))
			}
			gates[at].Containers = append(gates[at].Containers, c.Name)
			gates[at].Timeout = max(gates[at].Timeout, options.WaitTimeout)
		}
	}
	return gates
}

func makeGate(pod *corev1.Pod, annotation string) Gate {
	g := Gate{annotation: annotation, Open: pod.Annotations[annotation] == contract.ReadyValue, Since: pod.CreationTimestamp.Time}
	if pod.Status.StartTime != nil {
		g.Since = pod.Status.StartTime.Time
	}
	if g.Open {
		g.Opened = openedAt(pod, annotation)
	}
	return g
}

// openedAt reads the time from the API server's book of who wrote which field when, the only place that has it for each gate. An entry
// has the time of its writer's last word about anything; a gate was open at the latest when all were. Whoever gets the Pod without the book sees a
// first step that runs start with its container.
func openedAt(pod *corev1.Pod, annotation string) time.Time {
	var opened time.Time
	for _, entry := range pod.ManagedFields {
		if entry.Time == nil || entry.FieldsV1 == nil {
			continue
		}
		if strings.Contains(entry.FieldsV1.GetRawString(), `"f:`+annotation+`":`) {
			opened = later(opened, entry.Time.Time)
		}
	}
	all := conditionOf(pod, contract.ConditionReady)
	if all.Status == corev1.ConditionTrue && all.LastTransitionTime.Time.Before(opened) {
		return all.LastTransitionTime.Time
	}
	return opened
}

// gateOf says how the gates of a container stand: "open", "closed", or nothing where it has none.
func (t *Timeline) gateOf(container string) string {
	word := ""
	for _, g := range t.Gates {
		switch {
		case !slices.Contains(g.Containers, container):
		case !g.Open:
			return GateClosed
		default:
			word = GateOpen
		}
	}
	return word
}

// How the gates of a container stand.
const (
	GateOpen   = "open"
	GateClosed = "closed"
)
