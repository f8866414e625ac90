package podview

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Gate is something of the Pod that waits for a word of the companion loop.
type Gate struct {
	// Annotation is where the word goes. That of the scheduling gate is the one of [contract.WaitContainer], which a Pod that is held does
	// not have: the word means the same, that everything the whole Pod waits for is true, and it stays when the scheduling gate is gone.
	Annotation string
	// Container is the one that waits. It is empty for the first steps of a Pod, and for the scheduling gate.
	Container string
	// Open says that the word was given. It is never taken back.
	Open bool
	// Moot says that nobody waits at it any more: whoever did has ended for good, as a step that was skipped.
	Moot bool
	// Timeout is how long the wrapper waits for it, 0 for ever. Of several first steps it is the shortest, because what the others wait for beside
	// it can only make theirs longer.
	Timeout time.Duration
	hold    bool
}

// OfPod reports whether the gate is about what the whole Pod waits for, rather than one container.
func (g Gate) OfPod() bool { return g.Container == "" || g.Container == contract.WaitContainer }

// IsHold reports whether it is the scheduling gate.
func (g Gate) IsHold() bool { return g.hold }

// IsOfFirstSteps reports whether it is the gate of the first steps, which wait for the sidecars too.
func (g Gate) IsOfFirstSteps() bool { return g.Annotation == contract.AnnotationReady }

// Gates lists the gates of the Pod, each once: the scheduling gate first, then that of the first steps, then those of containers in the order of the
// spec.
func (v View) Gates() []Gate {
	var gates []Gate
	if v.IsHeld() {
		gates = append(gates, Gate{Annotation: contract.GateAnnotation(contract.WaitContainer), Open: v.IsReleased(), hold: true})
	}
	for _, c := range v.Containers {
		for _, file := range c.Options.ReadyFiles {
			gate, isGate := v.gateOf(c, file)
			known := slices.IndexFunc(gates, func(g Gate) bool { return g.Annotation == gate.Annotation })
			switch {
			case isGate && known < 0:
				gates = append(gates, gate)
			case isGate && !gates[known].hold:
				gates[known].Timeout = shorter(gates[known].Timeout, gate.Timeout)
				gates[known].Moot = gates[known].Moot && gate.Moot
			}
		}
	}
	slices.SortStableFunc(gates, func(a, b Gate) int { return rank(a) - rank(b) })
	return gates
}

// IsReleased reports whether everything that the whole Pod waits for was found true once, and the Pod was told so.
func (v View) IsReleased() bool {
	return v.Pod.Annotations[contract.GateAnnotation(contract.WaitContainer)] == contract.ReadyValue
}

// IsHeld reports whether the Pod has the scheduling gate.
func (v View) IsHeld() bool {
	return slices.ContainsFunc(v.Pod.Spec.SchedulingGates, func(g corev1.PodSchedulingGate) bool { return g.Name == contract.SchedulingGate })
}

// gateOf is the gate that a container waits for by that file. A container can wait for its own, or for that of the first steps; a file of any other is
// none, so that nobody opens one gate by the needs of another.
func (v View) gateOf(c Container, file string) (Gate, bool) {
	annotation, isGate := contract.GateOfFile(file)
	if !isGate || file != contract.ReadyFile && file != contract.GateFile(c.Name) {
		return Gate{}, false
	}
	gate := Gate{
		Annotation: annotation, Container: c.Name, Timeout: c.Options.WaitTimeout,
		Open: v.Pod.Annotations[annotation] == contract.ReadyValue, Moot: c.EndedForGood(),
	}
	if file == contract.ReadyFile {
		gate.Container = ""
	}
	return gate, true
}

// shorter is the shorter of two times, of which 0 is for ever.
func shorter(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

func rank(g Gate) int {
	switch {
	case g.IsHold():
		return 0
	case g.Container == "":
		return 1
	}
	return 2
}
