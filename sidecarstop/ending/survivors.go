package ending

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

// "A sidecar that survives its grace: reported once, never waited for in silence."

// survivalDelay is how much longer than its grace a sidecar may take to leave.
const survivalDelay = 10 * time.Second

// reportSurvivors names the sidecars that should have left by now. Those that nothing stops are named when that turns out.
func (q question) reportSurvivors() Decision {
	if !q.stepsEnded || q.Pod.Status.Phase != corev1.PodRunning {
		return Decision{}
	}
	var d Decision
	alone := q.alone()
	for _, c := range q.Sidecars() {
		since, leaving := q.leavingSince(c, alone)
		if !leaving {
			continue
		}
		grace := max(q.grace(), c.Options.Grace)
		if left := grace + survivalDelay - q.elapsed(since); left > 0 {
			d.Again = sooner(d.Again, left)
			continue
		}
		d.Events = append(d.Events, voice.Event{
			Reason: EventSidecarSurvives, Warning: true, Action: actionStop, Once: c.Name,
			Message: fmt.Sprintf("sidecar %s keeps the Pod running: it should have left within its grace of %s after the last step; "+
				"see its logs, or end the Pod with annotation %s", c.Name, grace, contract.AnnotationCancel),
		})
	}
	return d
}

// leavingSince is since when a sidecar has a reason to leave, and false for one that has left or has none.
func (q question) leavingSince(c podview.Container, alone solitude) (time.Time, bool) {
	switch c.Role {
	case podview.Wrapped:
		return q.ended(lastEnd(q.steps), q.Troubles[ofSteps].ended), isRunning(c)
	case podview.Native:
		return alone.since, alone.is && isRunning(c)
	default:
		return q.Troubles[c.Name].leaving, q.isSwapped(c) && !c.EndedForGood()
	}
}

// solitude says whether native sidecars are alone, and since when: then the kubelet stops them.
type solitude struct {
	is    bool
	since time.Time
}

// alone reports whether every regular container has ended for good.
func (q question) alone() solitude {
	regular := slices.DeleteFunc(slices.Clone(q.Containers), func(c podview.Container) bool {
		return c.Role == podview.Initial || c.Role == podview.Waiter || c.Role == podview.Native
	})
	is := !slices.ContainsFunc(regular, func(c podview.Container) bool { return !c.EndedForGood() })
	return solitude{is: is, since: q.ended(lastEnd(regular), q.Troubles[ofSteps].ended)}
}

// lastEnd is when the last of those containers ended that have.
func lastEnd(all []podview.Container) time.Time {
	var last time.Time
	for _, c := range all {
		if ended := c.Status.State.Terminated; ended != nil && ended.FinishedAt.After(last) {
			last = ended.FinishedAt.Time
		}
	}
	return last
}
