package sidecarstop

import (
	"maps"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/meter"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// measure is told of a patch of the status that was made.
func (a *action) measure(d Decision) {
	opened := false
	for _, g := range a.view.Gates() {
		if !g.Open && d.Annotations[g.Annotation] == contract.ReadyValue {
			opened = true
			a.Meter.GateOpened(kindOf(g), gateAge(a.view, g, a.now()))
		}
	}
	if opened {
		a.Meter.ReadyFlipped(a.now().Sub(a.arrived))
	}
	for _, c := range d.Conditions {
		// It is written once. The annotation is not there where a user wrote it.
		if c.Type == contract.ConditionCancelled {
			a.Meter.Cancelled(c.Reason)
		}
	}
}

// countUnstopped counts each sidecar that stays behind once, however often it is told of.
func (a *action) countUnstopped(all []voice.Event) {
	ways := map[voice.Reason]meter.Way{ending.EventSidecarCannotBeStopped: meter.ByNothing, ending.EventSidecarSurvives: meter.Survived}
	for _, e := range all {
		way, counts := ways[e.Reason]
		if key := string(e.Reason) + " " + e.Once; counts && !a.known.counted[key] {
			counted := maps.Clone(a.known.counted)
			if counted == nil {
				counted = map[string]bool{}
			}
			counted[key] = true
			a.known.counted = counted
			a.Meter.SidecarStopped(way)
		}
	}
}

func kindOf(g podview.Gate) meter.Gate {
	switch {
	case g.IsHold():
		return meter.QueueGate
	case g.OfPod():
		return meter.PodGate
	default:
		return meter.ContainerGate
	}
}
