package sidecarstop

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
)

// CacheOptions makes a manager's cache hold the managed Pods only, each reduced to what the loop reads, and hand them out without copying them. Such
// a Pod is not a whole one and not the caller's: it can be named in a patch, but must never be changed or be the body of an update.
//
// What Pods wait for, other Pods among it, is not in this cache: package watch has its own.
func CacheOptions() cache.Options {
	return cache.Options{ByObject: map[client.Object]cache.ByObject{
		&corev1.Pod{}: {
			Label:                 labels.SelectorFromSet(labels.Set{contract.LabelManaged: contract.ManagedYes}),
			Transform:             keepWhatIsRead,
			UnsafeDisableDeepCopy: new(true),
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
	return &corev1.Pod{ObjectMeta: reduceMeta(pod), Spec: reduceSpec(&pod.Spec), Status: reduceStatus(&pod.Status)}, nil
}

func reduceMeta(pod *corev1.Pod) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace:         shared(pod.Namespace),
		Name:              pod.Name,
		UID:               pod.UID,
		ResourceVersion:   pod.ResourceVersion,
		CreationTimestamp: pod.CreationTimestamp,
		DeletionTimestamp: pod.DeletionTimestamp,
		Labels:            managedLabels(pod),
		Annotations:       reduceAnnotations(pod),
		OwnerReferences:   reduceOwner(pod),
	}
}

// ourLabels are those of nearly every Pod in the cache. They are shared, and so never changed.
var ourLabels = map[string]string{contract.LabelManaged: contract.ManagedYes}

func managedLabels(pod *corev1.Pod) map[string]string {
	if pod.Labels[contract.LabelManaged] != contract.ManagedYes {
		return nil
	}
	return ourLabels
}

// readAnnotations are those that decide, beside the gates of containers.
var readAnnotations = []string{
	contract.AnnotationReady, contract.AnnotationCancel, contract.AnnotationDead, contract.AnnotationResult,
	contract.AnnotationResolvedWaits, contract.AnnotationEvents,
}

func reduceAnnotations(pod *corev1.Pod) map[string]string {
	var kept map[string]string
	keep := func(name, value string) {
		if kept == nil {
			kept = make(map[string]string, 2)
		}
		// Of what is too long to be read nothing more is needed than that.
		kept[shared(name)] = shared(value[:min(len(value), maxWaits+1)])
	}
	for _, name := range readAnnotations {
		if value, found := pod.Annotations[name]; found {
			keep(name, value)
		}
	}
	for name, value := range pod.Annotations {
		if strings.HasPrefix(name, contract.GatePrefix) {
			keep(name, value)
		}
	}
	return kept
}

func reduceOwner(pod *corev1.Pod) []metav1.OwnerReference {
	owner := metav1.GetControllerOfNoCopy(pod)
	if owner == nil {
		return nil
	}
	return []metav1.OwnerReference{{
		APIVersion: shared(owner.APIVersion), Kind: shared(owner.Kind), Name: shared(owner.Name), UID: shared(owner.UID), Controller: &yes,
	}}
}

var yes = true

func reduceSpec(spec *corev1.PodSpec) corev1.PodSpec {
	reduced := corev1.PodSpec{
		NodeName:                      shared(spec.NodeName),
		RestartPolicy:                 shared(spec.RestartPolicy),
		TerminationGracePeriodSeconds: spec.TerminationGracePeriodSeconds,
		ActiveDeadlineSeconds:         spec.ActiveDeadlineSeconds,
		InitContainers:                reduceContainers(spec.InitContainers),
		Containers:                    reduceContainers(spec.Containers),
	}
	for _, g := range spec.SchedulingGates {
		if g.Name == contract.SchedulingGate {
			reduced.SchedulingGates = []corev1.PodSchedulingGate{{Name: contract.SchedulingGate}}
		}
	}
	for _, g := range spec.ReadinessGates {
		if g.ConditionType == contract.ConditionReady {
			reduced.ReadinessGates = []corev1.PodReadinessGate{{ConditionType: contract.ConditionReady}}
		}
	}
	return reduced
}
