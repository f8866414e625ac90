package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes"

	"orderly.dev/mutate/contract"
)

// progress is how far a Pod is. The zero value: all containers run.
type progress struct {
	// ready says that the sidecar is.
	ready bool
	// ended is how many of the steps have, from the first on.
	ended int
	// left says that the sidecar has ended, too, and with it the Pod.
	left bool
}

// kubelet patches statuses, as a kubelet does: by what has changed since its last report, as a strategic merge (kubernetes/pkg/util/pod/pod.go,
// PatchPodStatus). The last report is the status of the Pod that it is given, from which nobody else reads.
type kubelet struct{ client kubernetes.Interface }

func (k kubelet) report(ctx context.Context, pod *corev1.Pod, p progress) error {
	status := statusOf(pod, p)
	before, err1 := json.Marshal(corev1.Pod{Status: pod.Status})
	after, err2 := json.Marshal(corev1.Pod{Status: status})
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	patch, err := strategicpatch.CreateTwoWayMergePatch(before, after, corev1.Pod{})
	if err != nil {
		return fmt.Errorf("comparing statuses of Pod %s: %w", pod.Name, err)
	}
	pod.Status = status
	_, err = k.client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	return err
}

func statusOf(pod *corev1.Pod, p progress) corev1.PodStatus {
	now := metav1.Now()
	if pod.Status.StartTime != nil {
		now = *pod.Status.StartTime // all at once, so that reports differ only by what has happened
	}
	status := corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: "10.0.0.1", PodIP: "10.1.0.1", StartTime: &now, QOSClass: corev1.PodQOSBurstable,
		HostIPs: []corev1.HostIP{{IP: "10.0.0.1"}}, PodIPs: []corev1.PodIP{{IP: "10.1.0.1"}},
	}
	if p.left {
		status.Phase = corev1.PodSucceeded
	}
	for _, kind := range []corev1.PodConditionType{
		corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodReady, corev1.ContainersReady, corev1.PodScheduled,
	} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: now})
	}
	for _, c := range pod.Spec.InitContainers {
		status.InitContainerStatuses = append(status.InitContainerStatuses, containerStatus(c, p, now))
	}
	for _, c := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, containerStatus(c, p, now))
	}
	return status
}

func containerStatus(c corev1.Container, p progress, now metav1.Time) corev1.ContainerStatus {
	step := slices.Index(steps, c.Name)
	status := corev1.ContainerStatus{
		Name: c.Name, Image: c.Image, ImageID: c.Image, ContainerID: "containerd://3f0f3a1a3d9e7d0c7d8e9a5d3c1b2a4f5e6d7c8b9a0f1e2d3c4b5a6978877665",
		Started: new(true), Ready: step >= 0 || p.ready, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}},
	}
	if step >= 0 && step < p.ended || step < 0 && p.left {
		status.Started, status.Ready = new(false), false
		status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
			Reason: "Completed", StartedAt: now, FinishedAt: now, ContainerID: status.ContainerID, Message: message(c.Name, step, now.Time),
		}}
	}
	return status
}

// message is what the wrapper of a step leaves; a sidecar leaves nothing.
func message(name string, step int, now time.Time) string {
	if step < 0 {
		return ""
	}
	return contract.Report{Marker: contract.Marker{
		Step: name, Reason: contract.Completed, Attempts: 1, StartedAt: now, FinishedAt: now,
	}}.Line() + "\n"
}

// live brings a Pod from its creation to its end. As on a node, statuses follow each other at some distance.
func (k kubelet) live(ctx context.Context, pod *corev1.Pod, seen *flips) error {
	const distance = 100 * time.Millisecond
	if _, err := k.client.CoreV1().Pods(pod.Namespace).Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		return err
	}
	for _, p := range []progress{{}, {ready: true}, {ready: true, ended: 1}, {ready: true, ended: 2}, {ready: true, ended: 3}, {ready: true, ended: 3, left: true}} {
		if p.ended == 1 {
			if err := seen.awaitPods(ctx, pod); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(distance):
		}
		if err := k.report(ctx, pod, p); err != nil {
			return err
		}
	}
	return nil
}
