package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/cmd/kubectl-orderly/timeline"
)

// story is what is told of a scope.
type story struct {
	found
	timelines []timeline.Timeline
}

func tellAll(all []found, now time.Time) []story {
	stories := make([]story, len(all))
	for i, f := range all {
		stories[i] = story{found: f}
		for p := range f.pods {
			stories[i].timelines = append(stories[i].timelines, timeline.FromPod(&f.pods[p], now))
		}
	}
	return stories
}

// writeText writes the stories for people, parted by blank lines.
func writeText(w io.Writer, stories []story, width int) error {
	_, err := io.WriteString(w, textOf(stories, width))
	return err
}

// textOf is the Job or the workload in a line, where there is one, and the timelines of the Pods, parted by blank lines.
func textOf(stories []story, width int) string {
	var parts []string
	for _, s := range stories {
		if heading := s.heading(); heading != "" {
			parts = append(parts, heading+"\n")
		}
		for _, t := range s.timelines {
			parts = append(parts, timeline.Text(t, width))
		}
	}
	return strings.Join(parts, "\n")
}

// heading is empty for a Pod, whose timeline has one of its own.
func (f found) heading() string {
	switch {
	case f.kind == aPod && len(f.pods) > 0:
		return ""
	case f.kind == aPod || f.kind == aJob && f.job == nil:
		return f.String() + " is gone"
	case f.kind == aJob && f.cronJob != "":
		return describeJob(f.job, len(f.pods)) + " (the last Job of CronJob " + f.cronJob + ")"
	case f.kind == aJob:
		return describeJob(f.job, len(f.pods))
	case len(f.pods) == 0 && f.replicas > 0:
		return fmt.Sprintf("%s: no Pods yet; if none comes, `kubectl describe %s` says why", f, strings.ToLower(string(f.kind)))
	default:
		return fmt.Sprintf("%s: %d of %d Pods ready", f, f.readyPods(), f.replicas)
	}
}

func (f found) readyPods() int {
	ready := 0
	for i := range f.pods {
		if isReady(&f.pods[i]) {
			ready++
		}
	}
	return ready
}

func isReady(pod *corev1.Pod) bool {
	if pod.DeletionTimestamp != nil {
		return false
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// outcome says whether there is more to come.
type outcome string

const (
	running   outcome = "Running"
	succeeded outcome = "Succeeded"
	failed    outcome = "Failed"
)

// outcome says how it ended, and in a sentence why it failed. What never ends by itself has succeeded when it is ready, as for `kubectl rollout status`.
func (f found) outcome() (outcome, string) {
	switch f.kind {
	case aJob:
		return f.outcomeOfJob()
	case aPod:
		return f.outcomeOfPod()
	}
	if f.readyPods() >= f.replicas {
		return succeeded, ""
	}
	return running, ""
}

func (f found) outcomeOfJob() (outcome, string) {
	if f.job == nil {
		return failed, f.String() + " was deleted"
	}
	switch state, why := stateOfJob(f.job); state {
	case string(batchv1.JobComplete):
		return succeeded, ""
	case string(batchv1.JobFailed):
		return failed, timeline.OneLine(f.String() + " failed, " + why)
	default:
		return running, ""
	}
}

func (f found) outcomeOfPod() (outcome, string) {
	if len(f.pods) == 0 {
		return failed, f.String() + " was deleted"
	}
	switch pod := &f.pods[0]; {
	case pod.Status.Phase == corev1.PodSucceeded:
		return succeeded, ""
	case pod.Status.Phase == corev1.PodFailed:
		return failed, f.String() + " failed"
	case pod.Spec.RestartPolicy == corev1.RestartPolicyAlways && isReady(pod):
		return succeeded, ""
	default:
		return running, ""
	}
}
