package sidecarstop

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
)

// CacheOptions makes a manager's cache hold the managed Pods only, each reduced to what this package reads. Such a Pod
// is not a whole one: it can be patched, but must never be the body of an update.
func CacheOptions() cache.Options {
	return cache.Options{ByObject: map[client.Object]cache.ByObject{
		&corev1.Pod{}: {
			Label:     labels.SelectorFromSet(labels.Set{contract.LabelManaged: contract.ManagedYes}),
			Transform: keepWhatIsRead,
		},
	}}
}

// keepWhatIsRead reduces a Pod before it enters the cache. It lists what stays rather than what goes, so that fields which
// Kubernetes adds later cost nothing. Anything but a Pod, such as the note that one vanished, passes unchanged.
func keepWhatIsRead(object any) (any, error) {
	pod, isPod := object.(*corev1.Pod)
	if !isPod {
		return object, nil
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:         pod.Namespace,
			Name:              pod.Name,
			UID:               pod.UID,
			ResourceVersion:   pod.ResourceVersion,
			DeletionTimestamp: pod.DeletionTimestamp,
			Labels:            only(pod.Labels, contract.LabelManaged),
			Annotations:       only(pod.Annotations, contract.AnnotationReady),
		},
		Spec: corev1.PodSpec{
			RestartPolicy:  pod.Spec.RestartPolicy,
			InitContainers: reduceContainers(pod.Spec.InitContainers),
			Containers:     reduceContainers(pod.Spec.Containers),
		},
		Status: corev1.PodStatus{
			Phase:                 pod.Status.Phase,
			InitContainerStatuses: reduceStatuses(pod.Status.InitContainerStatuses),
			ContainerStatuses:     reduceStatuses(pod.Status.ContainerStatuses),
		},
	}, nil
}

func only(all map[string]string, key string) map[string]string {
	value, found := all[key]
	if !found {
		return nil
	}
	return map[string]string{key: value}
}

func reduceContainers(all []corev1.Container) []corev1.Container {
	reduced := make([]corev1.Container, len(all))
	for i, c := range all {
		reduced[i] = corev1.Container{
			Name: c.Name, Image: c.Image, Command: c.Command, Args: c.Args, RestartPolicy: c.RestartPolicy,
		}
	}
	return reduced
}

func reduceStatuses(all []corev1.ContainerStatus) []corev1.ContainerStatus {
	reduced := make([]corev1.ContainerStatus, len(all))
	for i, s := range all {
		reduced[i] = corev1.ContainerStatus{Name: s.Name, Ready: s.Ready}
		if ended := s.State.Terminated; ended != nil {
			reduced[i].State.Terminated = &corev1.ContainerStateTerminated{ExitCode: ended.ExitCode}
		}
	}
	return reduced
}
