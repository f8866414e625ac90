package ending_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/podview"
)

// What holds for any Pod, however strange: Pods are made at random, and so is what is known about them.

func TestAnyPodIsDecidedAbout(t *testing.T) {
	for seed := range uint64(2000) {
		checkPod(t, seed)
	}
}

func FuzzAnyPodIsDecidedAbout(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkPod(t, seed) })
}

func checkPod(t *testing.T, seed uint64) {
	t.Helper()
	r := &dice{rand.New(rand.NewPCG(seed, 1))}
	pod, f := r.pod(), r.facts()
	f.Troubles = f.Troubles.After(podview.Of(r.pod()), ago(r.duration())).After(podview.Of(pod), now)
	requireAllowed(t, seed, pod, f)
	requireSettled(t, seed, pod, f)
}

// requireAllowed checks that a decision is one that may be carried out at all.
func requireAllowed(t *testing.T, seed uint64, pod *corev1.Pod, f ending.Facts) {
	t.Helper()
	v, at := podview.Of(pod), fmt.Sprintf("seed %d", seed)
	d := decide(t, pod, func(known *ending.Facts) { *known = f })
	if !v.IsManaged() || !v.IsAlive() || !v.IsOurs() && !v.IsCancelled() {
		require.Equal(t, ending.Decision{}, d, at)
	}
	if !v.MayEnd() {
		require.Equal(t, ending.Decision{Events: d.Events}, d, at)
	}
	condition, cancelled := v.Condition(contract.ConditionCancelled)
	cancelled = cancelled && condition.Status == corev1.ConditionTrue
	require.Equal(t, !cancelled && (d.Cancel != "" || d.Conditions != nil), d.Conditions != nil, at)
	if d.Conditions != nil {
		require.Len(t, d.Conditions, 1, at)
		require.False(t, d.Conditions[0].LastTransitionTime.After(f.Now), at)
		require.NotEmpty(t, d.Conditions[0].Reason, at)
	}
	if d.Fail != nil {
		require.Empty(t, pod.Spec.NodeName, at)
	}
	if deadline := pod.Spec.ActiveDeadlineSeconds; d.Deadline {
		require.NotEmpty(t, pod.Spec.NodeName, at)
		require.True(t, cancelled, at)
		require.True(t, deadline == nil || *deadline > 1, at)
	}
	requireStoppable(t, v, f, d.Stop)
	for _, name := range d.Dead {
		c, found := v.Find(name)
		require.True(t, found && c.Role == podview.Step, at)
		require.Equal(t, corev1.RestartPolicyNever, pod.Spec.RestartPolicy, at)
	}
}

func requireStoppable(t *testing.T, v podview.View, f ending.Facts, names []string) {
	t.Helper()
	require.Equal(t, len(names), len(slices.Compact(slices.Sorted(slices.Values(names)))), "one is stopped twice")
	for _, name := range names {
		c, found := v.Find(name)
		require.True(t, found && c.Role == podview.Regular && !c.EndedForGood() && c.Image != f.NopImage, name)
		require.Equal(t, corev1.PodRunning, v.Pod.Status.Phase)
		require.NotContains(t, f.Refused, name)
		for _, step := range v.Steps() {
			require.True(t, step.EndedForGood(), "%s is stopped before %s has ended", name, step.Name)
		}
	}
}

// requireSettled carries decisions out until only Events are left, and then checks that nothing changes before it is said to.
func requireSettled(t *testing.T, seed uint64, pod *corev1.Pod, f ending.Facts) {
	t.Helper()
	pod = pod.DeepCopy()
	var d ending.Decision
	const rounds = 4 // cancel, deadline, what is left to stop or to announce, and nothing
	for range rounds {
		if d = ending.Decide(podview.Of(pod), f); isDone(d) {
			break
		}
		f = carryOut(pod, f, d)
	}
	require.True(t, isDone(d), "seed %d: after %d rounds there is still %+v", seed, rounds, d)
	v := podview.Of(pod)
	f.Troubles = f.Troubles.After(v, now)
	d = ending.Decide(v, f)
	next := d.Again
	if next == 0 {
		next = 24 * time.Hour
	}
	for _, wait := range []time.Duration{next / 10, next / 2, next - 1} {
		f.Now = now.Add(wait)
		later := ending.Decide(v, f)
		later.Again = d.Again
		require.Equal(t, d, later, "seed %d: %s later, although nothing was to happen before %s", seed, wait, d.Again)
	}
}

func isDone(d ending.Decision) bool {
	d.Events, d.Again = nil, 0
	return d.Cancel == "" && d.Conditions == nil && d.Dead == nil && !d.Deadline && d.Fail == nil && d.Stop == nil
}

// carryOut does to a Pod what was decided, and returns what is known then.
func carryOut(pod *corev1.Pod, f ending.Facts, d ending.Decision) ending.Facts {
	if d.Cancel != "" {
		annotated(contract.AnnotationCancel, d.Cancel)(pod)
	}
	for _, c := range d.Conditions {
		pod.Status.Conditions = slices.DeleteFunc(pod.Status.Conditions, func(old corev1.PodCondition) bool { return old.Type == c.Type })
		pod.Status.Conditions = append(pod.Status.Conditions, c)
	}
	if d.Dead != nil {
		annotated(contract.AnnotationDead, strings.Join(d.Dead, "\n"))(pod)
	}
	if d.Deadline {
		deadlineOf(1)(pod)
	}
	if d.Fail != nil {
		pod.Status.Phase = corev1.PodFailed
	}
	for _, name := range d.Stop {
		swapped(name)(pod)
	}
	if f.Owner != nil {
		f.Owner = &ending.Owner{BackoffLimit: f.Owner.BackoffLimit, Restarts: f.Owner.Restarts + int32(len(d.Stop))}
	}
	return f
}

// A Pod that was cancelled ends, however badly its containers behave and however often the companion dies.
func TestACancelledPodAlwaysEnds(t *testing.T) {
	for seed := range uint64(1000) {
		r := &dice{rand.New(rand.NewPCG(seed, 2))}
		pod := r.pod()
		makeCancellable(r, pod)
		for _, kubelet := range []func(*corev1.Pod){func(*corev1.Pod) {}, r.misbehave} {
			requireEnds(t, seed, pod.DeepCopy(), kubelet)
		}
	}
}

// makeCancellable makes of any Pod one that lives, is ours, and is cancelled.
func makeCancellable(r *dice, pod *corev1.Pod) {
	pod.Labels = map[string]string{contract.LabelManaged: contract.ManagedYes}
	pod.DeletionTimestamp = nil
	pod.Spec.RestartPolicy = pick(r, corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure)
	pod.Status.Phase = pick(r, corev1.PodPending, corev1.PodRunning)
	grace := r.Int64N(100)
	pod.Spec.TerminationGracePeriodSeconds, pod.Status.Conditions = &grace, nil
	step("a-step", r.status())(pod)
	annotatedCancel(pod)
}

// requireEnds lets a kubelet do what it likes and the companion decide, each time it asked for it and sometimes before, until the Pod has failed or has
// to be ended by its deadline. The kubelet itself never ends it.
func requireEnds(t *testing.T, seed uint64, pod *corev1.Pod, kubelet func(*corev1.Pod)) {
	t.Helper()
	r := &dice{rand.New(rand.NewPCG(seed, 3))}
	limit := now.Add(time.Duration(*pod.Spec.TerminationGracePeriodSeconds)*time.Second + 7*time.Second)
	f := facts()
	for f.Now.Before(limit) {
		f.Troubles = f.Troubles.After(podview.Of(pod), f.Now)
		if r.IntN(10) == 0 {
			f.Troubles = nil
		}
		d := ending.Decide(podview.Of(pod), f)
		f = carryOut(pod, f, d)
		if deadline := pod.Spec.ActiveDeadlineSeconds; pod.Status.Phase == corev1.PodFailed || deadline != nil && *deadline <= 1 {
			return
		}
		require.True(t, d.Again > 0 || !isDone(d), "seed %d: nobody asks again", seed)
		if isDone(d) {
			f.Now = f.Now.Add(d.Again)
		}
		kubelet(pod)
	}
	require.Fail(t, "the Pod does not end", "seed %d: %+v", seed, pod.Status)
}
