package main

import (
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/cmd/kubectl-orderly/timeline"
)

// describeJob is one line: how the Job stands, and why where it failed or cannot begin.
func describeJob(job *batchv1.Job, pods int) string {
	line := fmt.Sprintf("Job %s/%s: ", job.Namespace, job.Name)
	state, why := stateOfJob(job)
	switch {
	case state == string(batchv1.JobFailed):
		line += fmt.Sprintf("%s, %s", state, timeline.OneLine(why))
	case state != jobRunning:
		line += state
	case pods == 0:
		return line + "no Pods yet; if none comes, `kubectl describe job` says why"
	default:
		line += state
	}
	if pods == 0 {
		line += "; its Pods are gone or were never made"
	}
	return line
}

// jobRunning is the state of a Job without a condition that says otherwise.
const jobRunning = "Running"

// stateOfJob is Complete, Failed, Suspended or Running, and for Failed why.
func stateOfJob(job *batchv1.Job) (state, why string) {
	at := slices.IndexFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
		isEnd := c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed || c.Type == batchv1.JobSuspended
		return isEnd && c.Status == corev1.ConditionTrue
	})
	if at < 0 {
		return jobRunning, ""
	}
	condition := job.Status.Conditions[at]
	if condition.Type == batchv1.JobFailed {
		why = condition.Reason + ": " + condition.Message
	}
	return string(condition.Type), why
}
