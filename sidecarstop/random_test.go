package sidecarstop_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
	"orderly.dev/sidecarstop"
)

// pick gives one of several.
func pick[T any](random *rand.Rand, some ...T) T { return some[random.IntN(len(some))] }

// randomPod gives a Pod with anything in it that the loop knows, in combinations that admission may never make.
func randomPod(random *rand.Rand) *corev1.Pod {
	pod := makePod()
	for i := range random.IntN(5) {
		name := string(rune('a' + i))
		pick(random, aStep, aWrapped, aHooked, aSidecar, aNative, anInit, aGated, aGatedNative)(name, randomStatus(random, name))(pod)
	}
	if len(pod.Spec.Containers) > 0 {
		pick(random, func(*corev1.Pod) {}, behindATool, flagsOfAnotherVersion, func(pod *corev1.Pod) {
			c := &pod.Spec.Containers[0]
			c.Command, c.Args = nil, append(c.Command, c.Args...)
		})(pod)
	}
	some := []func(*corev1.Pod){
		onFailure, always, unmanaged, deleted, isReady, isReleased, isHeld, unscheduled, inPhase(corev1.PodPending),
		inPhase(corev1.PodSucceeded), inPhase(corev1.PodFailed), aWaiter(waiting), aWaiter(ended(0)),
		aCloner(running), aCloner(saying4KiB(1)), aCloner(cloned), aCloner(withLastLife(saying4KiB(2))),
		annotated(contract.AnnotationCancel, "enough"), annotated(contract.AnnotationDead, "a"), annotated(contract.GateAnnotation("a"), "READY"),
		annotated(contract.AnnotationEvents, "all"), annotated(contract.AnnotationResult, "{"),
		saying(corev1.ConditionFalse, "x", started.Add(-time.Hour)), saying(corev1.ConditionFalse, "x", started), saying(corev1.ConditionTrue, "", started),
		func(pod *corev1.Pod) { pod.Spec.TerminationGracePeriodSeconds = new(random.Int64N(60)) },
		func(pod *corev1.Pod) { pod.Spec.ActiveDeadlineSeconds = new(1 + random.Int64N(100)) },
		func(pod *corev1.Pod) {
			pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "batch/v1", Kind: "Job", Name: "job", UID: "uid-job", Controller: new(true)}}
		},
		func(pod *corev1.Pod) {
			pod.Spec.ReadinessGates = []corev1.PodReadinessGate{{ConditionType: contract.ConditionReady}}
		},
	}
	random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	for _, change := range some[:random.IntN(5)] {
		change(pod)
	}
	return pod
}

func randomStatus(random *rand.Rand, name string) *corev1.ContainerStatus {
	status := pick(random, unknown, waiting, running, readied, ended(0), ended(1), ended(137), aWaitingReason("ImagePullBackOff"),
		aWaitingReason("InvalidImageName"), aWaitingReason("CrashLoopBackOff"))
	if status == nil {
		return nil
	}
	status = status.DeepCopy()
	status.RestartCount, status.ContainerID = random.Int32N(3), pick(random, "", "containerd://0123456789abcdef")
	if status.State.Terminated != nil {
		status.State.Terminated.FinishedAt = metav1.NewTime(started.Add(-time.Duration(random.IntN(100)) * time.Second))
		status.State.Terminated.Reason = pick(random, "Completed", "Error", "OOMKilled", "StartError")
		marker := contract.Marker{Step: name, ExitCode: int(status.State.Terminated.ExitCode), Reason: contract.Completed, Attempts: 1}
		if marker.ExitCode != 0 {
			marker.Reason = contract.Error
		}
		status.State.Terminated.Message = pick(random, "", "said something", "before\n"+contract.Report{Marker: marker}.Line())
		if status.State.Terminated.Reason == "StartError" {
			// Then nothing ran that could have left a report.
			status.State.Terminated.Message = "no such file"
		}
	}
	return status
}

// cloned is a cloner that put in place what it was told to.
var cloned = func() *corev1.ContainerStatus {
	status := ended(0)
	status.State.Terminated.Message = clone.Report{Sources: []clone.Source{{RefType: "branch", RefName: "main", Commit: strings.Repeat("1a", 20)}}}.Text()
	return status
}()

// saying4KiB is a cloner that failed, with much to say about it.
func saying4KiB(code int32) *corev1.ContainerStatus {
	status := ended(code)
	status.State.Terminated.Message = strings.Repeat("app (https://git.example.com/team/app.git): no\n", 86) + strings.Repeat("x", 54)
	return status
}

func withLastLife(status *corev1.ContainerStatus) *corev1.ContainerStatus {
	status.LastTerminationState, status.State = status.State, aWaitingReason("CrashLoopBackOff").State
	status.RestartCount = 2
	return status
}

func aWaitingReason(reason string) *corev1.ContainerStatus {
	return &corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: "because"}}}
}

// randomWaits gives what such a Pod may wait for, met and unmet.
func randomWaits(random *rand.Rand) string {
	var text string
	all := []string{"- service: db\n", "- service: mq\n", "- job: migrate\n", "- job: seed\n"}
	for _, i := range random.Perm(len(all))[:random.IntN(4)] {
		text += all[i] + pick(random, "", "  for: [a]\n", "  for: [b, c]\n") +
			pick(random, "", "  timeout: 1h\n", "  timeout: 30s\n")
	}
	return text
}

// apply makes of a Pod what the API server makes of it by the patches of a decision.
func apply(pod *corev1.Pod, d sidecarstop.Decision) *corev1.Pod {
	pod = pod.DeepCopy()
	for name, value := range d.Annotations {
		metav1.SetMetaDataAnnotation(&pod.ObjectMeta, name, value)
	}
	for _, c := range d.Conditions {
		others := slices.DeleteFunc(pod.Status.Conditions, func(o corev1.PodCondition) bool { return o.Type == c.Type })
		pod.Status.Conditions = append(others, c)
	}
	if d.Fail != nil {
		pod.Status.Phase, pod.Status.Reason, pod.Status.Message = corev1.PodFailed, d.Fail.Reason, d.Fail.Message
	}
	if d.Unhold {
		pod.Spec.SchedulingGates = nil
	}
	if d.Deadline {
		pod.Spec.ActiveDeadlineSeconds = new(int64(1))
	}
	for _, name := range d.Stop {
		swapped(name)(pod)
	}
	return pod
}
