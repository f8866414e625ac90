package voice

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/sidecarstop/podview"
)

// readyAt is when a container that is ready became so at the latest, as far as one knows. The kubelet tells it of all containers together only, and not
// before all of them are. A gate that has opened since is later than that.
func readyAt(v podview.View, c podview.Container) time.Time {
	together, is := v.Condition(corev1.ContainersReady)
	if !is || together.Status != corev1.ConditionTrue {
		return openedAt(v, c)
	}
	return later(known(together.LastTransitionTime), openedAt(v, c))
}

// isNewlyReady takes the start of the container where one knows no better. A container that takes longer than [FreshFor] without any gate is then not told
// of, but neither is one that has been ready for days, each time a companion is started.
func isNewlyReady(v podview.View, c podview.Container, now time.Time) bool {
	since := readyAt(v, c)
	if since.IsZero() {
		since = known(c.Status.State.Running.StartedAt)
	}
	return isFresh(since, now)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
