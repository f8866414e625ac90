package ending

import (
	"slices"
	"strings"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// "A step that ended non-zero for good (StartError too) while one that waits for it has not ended 5 s later goes into orderly.dev/dead."
//
// The wrappers notice a killed step by themselves, from its lock. This is for those that had none, because they were never started, and for nodes where
// locks do not reach from one container to another. A wrapper believes the list only where a marker is missing, so a step that left one, which
// nobody can see from here, is named without harm. Under OnFailure every such step is started again, and nobody is ever dead. People are told by package
// voice, as of every step that ends.

// deadAfter is the time that wrappers have to notice by themselves.
const deadAfter = 5 * time.Second

// announceDead names the dead steps that others wait for.
func (q question) announceDead() Decision {
	named, awaited := strings.Fields(q.Pod.Annotations[contract.AnnotationDead]), q.awaited()
	var all []string
	var d Decision
	news := false
	for _, step := range q.steps {
		known := slices.Contains(named, step.Name)
		if !endedBadly(step) || !known && !awaited[contract.MarkerFile(step.Name)] {
			continue
		}
		if !known {
			if left := deadAfter - q.elapsed(q.endOf(step)); left > 0 {
				d.Again = sooner(d.Again, left)
				continue
			}
			news = true
		}
		all = append(all, step.Name)
	}
	if news {
		d.Dead = all
	}
	return d
}

// awaited are the markers of steps whose end a wrapper looks for that has not ended: one that waits for it, a sibling, or a sidecar that serves it. It is
// empty where no step has ended badly.
func (q question) awaited() map[string]bool {
	markers := map[string]bool{}
	if !slices.ContainsFunc(q.steps, endedBadly) {
		return markers
	}
	for _, c := range q.Containers {
		if c.EndedForGood() {
			continue
		}
		for _, files := range [][]string{c.Options.WaitFiles, c.Options.SiblingFiles, c.Options.StopFiles} {
			for _, marker := range files {
				markers[marker] = true
			}
		}
	}
	return markers
}

// endOf is when a container ended, which it has.
func (q question) endOf(c podview.Container) time.Time {
	return q.ended(c.Status.State.Terminated.FinishedAt.Time, q.Troubles[c.Name].ended)
}
