package ending

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// A status says what is, not since when. How long a container has been waiting for its image is in no field of the API, and a container that
// crashes shows another state every few seconds. So the companion loop remembers. What it forgets in a restart makes it wait once more, which is
// all the harm it does.

// Troubles say since when something is wrong in a Pod, by container. Nil is nothing, which is what is known of almost every Pod.
type Troubles map[string]Trouble

// Trouble is since when something is wrong with a container. The zero value is nothing.
type Trouble struct {
	// waiting is since when it waits, by the index of the reason in gracedReasons.
	waiting [len(gracedReasons)]time.Time
	// run is when the run ended that was the last one known when the clock of crashes was looked at.
	run time.Time
	// ended is since when it has ended, for a step that ended badly for good. Under [ofSteps]: since when all steps have ended.
	ended time.Time
	// image is what a sidecar that has to leave runs, and leaving since when.
	image   string
	leaving time.Time
}

// ofSteps is the key of what is known of all steps together. No container has such a name.
const ofSteps = ""

// recovery is how long a container has to run to count as one that does not crash any more. The kubelet takes ten minutes for it; an init
// container or a sidecar that lives for two has done some work.
const recovery = 2 * time.Minute

// After is what is known of a Pod's troubles once it has been seen at that time. It leaves t as it is.
func (t Troubles) After(v podview.View, now time.Time) Troubles {
	if !v.IsManaged() || !v.IsOurs() || !v.IsAlive() || !v.MayEnd() {
		return nil
	}
	q := ask(v, Facts{Now: now})
	next := Troubles{}
	for _, c := range v.Containers {
		next.set(c.Name, q.lookAt(c, t[c.Name]))
	}
	if q.stepsEnded {
		next.set(ofSteps, Trouble{ended: q.since(t[ofSteps].ended)})
	}
	if len(next) == 0 {
		return nil
	}
	return next
}

func (t Troubles) set(container string, trouble Trouble) {
	if trouble != (Trouble{}) {
		t[container] = trouble
	}
}

// lookAt is what is known of a container after what was known before.
func (q question) lookAt(c podview.Container, before Trouble) Trouble {
	after := Trouble{waiting: before.waiting, run: before.run}
	after.look(q, c)
	if c.Role == podview.Step && endedBadly(c) {
		after.ended = q.since(before.ended)
	}
	if q.stepsEnded && c.Role == podview.Regular && !c.EndedForGood() {
		after.image, after.leaving = c.Image, q.Now
		if before.image == c.Image {
			after.leaving = q.since(before.leaving)
		}
	}
	return after
}

// since is when a clock started: now, where it has not or where that lies ahead.
func (q question) since(before time.Time) time.Time {
	if before.IsZero() || before.After(q.Now) {
		return q.Now
	}
	return before
}

// look starts and resets the clocks of waiting. A container that runs has got over everything but crashing, and that too when it has run for long.
func (t *Trouble) look(q question, c podview.Container) {
	state := c.Status.State
	switch {
	case state.Terminated != nil && state.Terminated.ExitCode == contract.ExitOK:
		t.waiting = [len(gracedReasons)]time.Time{}
	case state.Running != nil:
		crashing := t.waiting[crashLoop]
		t.waiting = [len(gracedReasons)]time.Time{}
		if started := state.Running.StartedAt.Time; started.IsZero() || q.Now.Sub(started) < recovery {
			t.waiting[crashLoop] = crashing
		}
	case q.waitingOf(c) != nil:
		t.forgetCrashes(c)
		if i := q.graced(c); i >= 0 {
			t.waiting[i] = q.since(t.waiting[i])
		}
	}
	if t.waiting[crashLoop].IsZero() {
		t.run = time.Time{}
	} else if last := lastEndOf(c); last != nil {
		t.run = last.FinishedAt.Time
	}
}

// forgetCrashes resets the clock of crashes after a run that went well or was long, which may have begun and ended without being seen.
func (t *Trouble) forgetCrashes(c podview.Container) {
	last := lastEndOf(c)
	if last == nil || last.FinishedAt.Time.Equal(t.run) {
		return
	}
	if last.ExitCode == contract.ExitOK || last.FinishedAt.Sub(last.StartedAt.Time) >= recovery && !last.StartedAt.IsZero() {
		t.waiting[crashLoop] = time.Time{}
	}
}

// lastEndOf is how a container last ended, nil where it never has.
func lastEndOf(c podview.Container) *corev1.ContainerStateTerminated {
	if ended := c.Status.State.Terminated; ended != nil {
		return ended
	}
	return c.Status.LastTerminationState.Terminated
}

// GracedReasons lists the waiting reasons for which [Settings.Patience] counts.
func GracedReasons() []string { return slices.Clone(gracedReasons[:]) }
