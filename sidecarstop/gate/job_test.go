package gate_test

import (
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestAJobIsMetWhenItSucceeded(t *testing.T) {
	const entry = "job: migrate"
	tell(t, []story{
		{"there is no Job", entry, nil, nil, notYet("there is no such Job")},
		{"a Job has another name", entry, nil, cluster{aJob("other", complete)}, notYet("there is no such Job")},
		{"it runs", entry, nil, cluster{aJob("migrate", pods(1, 2))}, notYet("it has not succeeded yet (1 active, 2 failed)")},
		{"it is complete", entry, nil, cluster{aJob("migrate", complete)}, met},
		{"a Pod of it succeeded and the controller did not say more yet", entry, nil, cluster{aJob("migrate", succeeded(1))}, met},
		{"the first of its completions succeeded", entry, nil, cluster{aJob("migrate", succeeded(1), pods(2, 0))}, met},
		{"it is complete without any Pod", entry, nil, cluster{aJob("migrate", complete, succeeded(0))}, met},
		{"it failed", entry, nil, cluster{aJob("migrate", failedFor("BackoffLimitExceeded"))}, failed("failed for good (BackoffLimitExceeded)")},
		{"it failed for a reason that is no word", entry, nil, cluster{aJob("migrate", failedFor("password: x"))}, failed("failed for good")},
		{"it failed for a reason of which one does not want to read the end", entry, nil,
			cluster{aJob("migrate", failedFor(strings.Repeat("Very", 17)+"Bad"))}, failed("failed for good")},
		{"it failed as a whole though one Pod succeeded", entry, nil,
			cluster{aJob("migrate", succeeded(1), failedFor("DeadlineExceeded"))}, failed("failed for good (DeadlineExceeded)")},
		{"a Pod of it failed, which is not the end", entry, nil, cluster{aJob("migrate", pods(0, 1))}, notYet("it has not succeeded yet (0 active, 1 failed)")},
		{"it is about to fail, and its Pods still run", entry, nil,
			cluster{aJob("migrate", condition(batchv1.JobFailureTarget, corev1.ConditionTrue), pods(1, 0))}, notYet("it has not succeeded yet (1 active, 0 failed)")},
		{"the condition Failed is there and false", entry, nil,
			cluster{aJob("migrate", condition(batchv1.JobFailed, corev1.ConditionFalse))}, notYet("it has not succeeded yet (0 active, 0 failed)")},
		{"it is suspended", entry, nil, cluster{aJob("migrate", condition(batchv1.JobSuspended, corev1.ConditionTrue))}, notYet("it is suspended")},
		{"it failed and makes room for another", entry, nil, cluster{deleting(aJob("migrate", failedFor("BackoffLimitExceeded")))}, notYet("it is being deleted")},
		{"it succeeded and is cleaned up", entry, nil, cluster{deleting(aJob("migrate", complete))}, met},
		{"it succeeded in another namespace", entry, nil, cluster{within("identity", aJob("migrate", complete))}, notYet("there is no such Job")},
	})
}

func TestEveryJobWithTheLabelsMustHaveSucceeded(t *testing.T) {
	const entry = "job: {labels: {initializes: neutron}}"
	ours := func(name string, changes ...func(*batchv1.Job)) *batchv1.Job {
		return labelled("initializes", "neutron", aJob(name, changes...))
	}
	tell(t, []story{
		{"no Job has the labels", entry, nil, cluster{aJob("a", complete)}, notYet("there is no Job with these labels")},
		{"the only one succeeded", entry, nil, cluster{ours("a", complete), aJob("b")}, met},
		{"one of three succeeded", entry, nil, cluster{ours("c"), ours("a", complete), ours("b")}, notYet("1 of 3 Jobs succeeded, not yet b, c")},
		{"all succeeded", entry, nil, cluster{ours("a", complete), ours("b", succeeded(1))}, met},
		{"more are missing than one wants to read", entry, nil,
			cluster{ours("e"), ours("d"), ours("c"), ours("b"), ours("a")}, notYet("0 of 5 Jobs succeeded, not yet a, b, c and 2 more")},
		{"one failed while others run", entry, nil, cluster{ours("a", complete), ours("b", failedFor("BackoffLimitExceeded")), ours("c")}, failed("failed for good: b")},
		{"the one that failed makes room for another", entry, nil,
			cluster{ours("a", complete), deleting(ours("b", failedFor("BackoffLimitExceeded")))}, notYet("1 of 2 Jobs succeeded, not yet b")},
	})
}

func TestAJobThatIsReplacedHealsWhatFailed(t *testing.T) {
	entry := "job: migrate"
	tell(t, []story{
		{"it fails", entry, nil, cluster{aJob("migrate", failedFor("BackoffLimitExceeded"))}, failed("failed for good (BackoffLimitExceeded)")},
		{"somebody deletes it", entry, nil, cluster{}, notYet("there is no such Job")},
		{"makes a better one", entry, nil, cluster{aJob("migrate", pods(1, 0))}, notYet("it has not succeeded yet (1 active, 0 failed)")},
		{"and that succeeds", entry, nil, cluster{aJob("migrate", complete)}, met},
	})
}

func aJob(name string, changes ...func(*batchv1.Job)) *batchv1.Job {
	job := &batchv1.Job{ObjectMeta: meta(name)}
	for _, change := range changes {
		change(job)
	}
	return job
}

func complete(job *batchv1.Job) {
	succeeded(1)(job)
	condition(batchv1.JobComplete, corev1.ConditionTrue)(job)
}

func succeeded(count int32) func(*batchv1.Job) {
	return func(job *batchv1.Job) { job.Status.Succeeded = count }
}

func pods(active, failed int32) func(*batchv1.Job) {
	return func(job *batchv1.Job) { job.Status.Active, job.Status.Failed = active, failed }
}

func failedFor(reason string) func(*batchv1.Job) {
	return func(job *batchv1.Job) {
		job.Status.Conditions = append(job.Status.Conditions, batchv1.JobCondition{
			Type: batchv1.JobFailed, Status: corev1.ConditionTrue, Reason: reason, Message: "the password was hunter2",
		})
	}
}

func condition(kind batchv1.JobConditionType, status corev1.ConditionStatus) func(*batchv1.Job) {
	return func(job *batchv1.Job) {
		job.Status.Conditions = append(job.Status.Conditions, batchv1.JobCondition{Type: kind, Status: status})
	}
}
