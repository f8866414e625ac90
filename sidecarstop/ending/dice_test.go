package ending_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/ending"
)

// dice make things at random.
type dice struct{ *rand.Rand }

func pick[T any](r *dice, from ...T) T { return from[r.IntN(len(from))] }

func (r *dice) pod() *corev1.Pod {
	pod := makePod()
	pod.Spec.RestartPolicy = pick(r, corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure, corev1.RestartPolicyAlways, "")
	pod.Spec.NodeName = pick(r, "n1", "n1", "")
	pod.Status.Phase = pick(r, corev1.PodRunning, corev1.PodRunning, corev1.PodPending, corev1.PodFailed, "")
	for range r.IntN(5) {
		pick(r, held, released, unmanaged, ofJob, deleted, graceOf(r.Int64()), graceOf(r.Int64N(60)), deadlineOf(r.Int64N(3)), cancelledAt(r.time()), annotatedCancel,
			conditioned(pick(r, corev1.ConditionFalse, ""), r.time()), annotated(contract.AnnotationDead, pick(r, "a", "a b", "x\n\ny", "\x00")))(pod)
	}
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	if r.IntN(100) == 0 {
		for i := range 250 {
			names = append(names, fmt.Sprint("x", i))
		}
	}
	for _, name := range names[:r.IntN(len(names)+1)] {
		r.container(name)(pod)
	}
	if r.IntN(20) == 0 {
		// Statuses that are there twice, or of containers that are not.
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, pod.Status.ContainerStatuses...)
		pod.Status.ContainerStatuses = report(pod.Status.ContainerStatuses, "nobody", r.status())
	}
	return pod
}

func (r *dice) container(name string) change {
	awaited := pick(r, "a", "b", "c", "nobody")
	made := pick(r, []func(status) change{
		func(s status) change { return step(name, s) },
		func(s status) change { return step(name, s, waitsFor(awaited)) },
		func(s status) change { return step(name, s, waitsFor(awaited), hasSibling("b")) },
		func(s status) change { return step(name, s, heedsNoCancel) },
		func(s status) change { return wrapped(name, s) },
		func(s status) change { return wrapped(name, s, hasGrace(r.duration())) },
		func(s status) change { return hooked(name, s) },
		func(s status) change { return gated(name, s) },
		func(s status) change { return late(name, s) },
		func(s status) change { return late(name, s, "sh") },
		func(s status) change { return late(name, s, "/my/agent") },
		func(s status) change { return native(name, s) },
		func(s status) change { return initial(name, s) },
		waiter, cloner,
	}...)
	return func(pod *corev1.Pod) {
		made(r.status())(pod)
		if len(pod.Spec.Containers) > 0 {
			switch r.IntN(10) {
			case 0:
				flagsOfAnotherVersion(pod)
			case 1:
				behindATool(pod)
			case 2:
				swapped(name)(pod)
			}
		}
	}
}

func (r *dice) status() status {
	s := pick(r, unknown, ended(0), ended(0), ended(1), died(137, "OOMKilled", ""), died(128, "StartError", "x\n"), runningFor(r.duration()),
		waiting(pick(r, append(ending.GracedReasons(), "ErrImagePull", "", "ContainerCreating", "InvalidImageName")...), "x"), crashing(int32(r.IntN(2))),
		endedAt(r.time(), corev1.ContainerStateTerminated{ExitCode: int32(r.Uint32())}), &corev1.ContainerStatus{})
	if s != nil && r.IntN(4) == 0 {
		s = after(s, int32(r.IntN(3)), r.time())
	}
	if s != nil {
		s = restarted(s, int32(r.Uint32()>>pick(r, 0, 16, 31)))
	}
	return s
}

func (r *dice) time() time.Time {
	return pick(r, time.Time{}, now, ago(r.duration()), now.Add(r.duration()))
}

func (r *dice) duration() time.Duration {
	return time.Duration(r.Int64N(int64(pick(r, time.Second, time.Minute, time.Hour, 1000*time.Hour))))
}

func (r *dice) facts() ending.Facts {
	f := facts()
	for range r.IntN(4) {
		pick(r, withOwner(int32(r.IntN(8)), int32(r.IntN(8))), withRefusal(pick(r, "a", "b", "nobody"), "policy"), withGateFailure("service db is missing"),
			withPatience(pick(r, ending.GracedReasons()...), r.duration()), func(f *ending.Facts) { f.NopImage = "" }, func(f *ending.Facts) { f.Knows = nil })(&f)
	}
	return f
}

// misbehave is a kubelet that shows anything, but never that a Pod has ended.
func (r *dice) misbehave(pod *corev1.Pod) {
	pod.Status.Phase = pick(r, corev1.PodPending, corev1.PodRunning)
	for _, all := range [][]corev1.ContainerStatus{pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses} {
		for i := range all {
			if s := r.status(); s != nil && r.IntN(3) == 0 {
				s.Name = all[i].Name
				all[i] = *s
			}
		}
	}
}
