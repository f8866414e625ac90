package main

import (
	"fmt"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// describeJob is one line: how the Job stands, and why where it failed or cannot begin.
func describeJob(job *batchv1.Job, pods int) string {
	line := fmt.Sprintf("Job %s/%s: ", job.Namespace, job.Name)
	at := slices.IndexFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
		isEnd := c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed || c.Type == batchv1.JobSuspended
		return isEnd && c.Status == corev1.ConditionTrue
	})
	switch {
	case at >= 0 && job.Status.Conditions[at].Type == batchv1.JobFailed:
		failed := job.Status.Conditions[at]
		line += fmt.Sprintf("Failed, %s: %s", failed.Reason, failed.Message)
	case at >= 0:
		line += string(job.Status.Conditions[at].Type)
	case pods == 0:
		return line + "no Pods yet; if none comes, `kubectl describe job` says why"
	default:
		line += "Running"
	}
	if pods == 0 {
		line += "; its Pods are gone or were never made"
	}
	return line
}
