package gate

import (
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// "job: migrate, or job: {labels: {initializes: neutron}} — succeeded at least once; failed for good fails the gate."
//
// A Job has succeeded when it is Complete, or when one of its Pods succeeded: that is what kubernetes-entrypoint asks (status.succeeded), and
// the Job controller writes it a moment before Complete. A Job of several completions is met by its first one. One that failed as a whole has
// failed, even if some of its Pods succeeded.
//
// With labels every Job that has them must have succeeded, and there must be one, as in kubernetes-entrypoint: the labels name a set of
// preparations, and half of them is not enough. One that failed for good fails the gate.
//
// A Job that is being deleted is on its way to being replaced, so it fails nothing any more; it still counts as one that has not succeeded.

var jobKind = batchv1.SchemeGroupVersion.WithKind("Job")

func jobInterests(q question) []Interest { return []Interest{jobInterest(q)} }

func jobInterest(q question) Interest {
	if q.entry.Labels() == nil {
		return q.named(jobKind, Whole)
	}
	return q.selected(jobKind, labels.SelectorFromSet(q.entry.Labels()).String())
}

func judgeJob(q question) Verdict {
	jobs := seen[*batchv1.Job](q.sight, jobInterest(q))
	switch {
	case len(jobs) == 0 && q.entry.Labels() == nil:
		return notYet("there is no such Job")
	case len(jobs) == 0:
		return notYet("there is no Job with these labels")
	case q.entry.Labels() == nil:
		return judgeOneJob(jobs[0])
	default:
		return judgeAllJobs(jobs)
	}
}

func judgeOneJob(job *batchv1.Job) Verdict {
	failure := jobCondition(job, batchv1.JobFailed)
	switch {
	case failure == nil && hasSucceeded(job):
		return met()
	case job.DeletionTimestamp != nil:
		return notYet("it is being deleted")
	case failure != nil:
		return failedForGood("failed for good%s", word(failure.Reason))
	case jobCondition(job, batchv1.JobSuspended) != nil:
		return notYet("it is suspended")
	default:
		return notYet("it has not succeeded yet (%d active, %d failed)", job.Status.Active, job.Status.Failed)
	}
}

func hasSucceeded(job *batchv1.Job) bool {
	return job.Status.Succeeded > 0 || jobCondition(job, batchv1.JobComplete) != nil
}

// judgeAllJobs names those that failed, and without any those that are missing.
func judgeAllJobs(jobs []*batchv1.Job) Verdict {
	var failed, missing []string
	for _, job := range jobs {
		switch judgeOneJob(job).State {
		case FailedForGood:
			failed = append(failed, job.Name)
		case NotYet:
			missing = append(missing, job.Name)
		case Met:
		}
	}
	switch {
	case len(failed) > 0:
		return failedForGood("failed for good: %s", few(failed))
	case len(missing) > 0:
		return notYet("%d of %d Jobs succeeded, not yet %s", len(jobs)-len(missing), len(jobs), few(missing))
	default:
		return met()
	}
}

// jobCondition is the condition where it is true.
func jobCondition(job *batchv1.Job, kind batchv1.JobConditionType) *batchv1.JobCondition {
	at := slices.IndexFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
		return c.Type == kind && c.Status == corev1.ConditionTrue
	})
	if at < 0 {
		return nil
	}
	return &job.Status.Conditions[at]
}
