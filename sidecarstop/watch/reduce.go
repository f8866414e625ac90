package watch

import (
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/tools/cache"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/gate"
)

// reducing makes the function that reduces the objects of an interest to what package gate reads of them: it is what is kept in memory, and what is compared to
// find out whether an object has changed. It lists what stays rather than what goes. The object itself is not changed, because the reflector is
// not done with it. An object that was reduced before stays as it is.
func reducing(interest gate.Interest) cache.TransformFunc {
	keys := map[string]bool{}
	if selector, err := labels.Parse(interest.Selector); err == nil {
		requirements, _ := selector.Requirements()
		for _, requirement := range requirements {
			keys[requirement.Key()] = true
		}
	}
	return func(object any) (any, error) {
		switch typed := object.(type) {
		case *unstructured.Unstructured:
			return reduceUntyped(typed), nil
		case *metav1.PartialObjectMetadata:
			return reduceMetadata(typed, keys), nil
		case metav1.Object:
			return reduceTyped(typed, reduceMeta(typed, keys)), nil
		}
		return object, nil
	}
}

// reduceMeta keeps of the labels those that the selector asks for.
func reduceMeta(object metav1.Object, keys map[string]bool) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: object.GetNamespace(), Name: object.GetName(), UID: object.GetUID(), Generation: object.GetGeneration(),
		DeletionTimestamp: object.GetDeletionTimestamp(),
		Labels:            only(object.GetLabels(), func(key string) bool { return keys[key] }),
	}
}

func reduceMetadata(object *metav1.PartialObjectMetadata, keys map[string]bool) *metav1.PartialObjectMetadata {
	reduced := &metav1.PartialObjectMetadata{TypeMeta: object.TypeMeta, ObjectMeta: reduceMeta(object, keys)}
	reduced.Annotations = only(object.Annotations, func(key string) bool { return key == contract.AnnotationShareReadinessWith })
	return reduced
}

// reduceUntyped takes away what the API server alone writes into every object: an entry may ask for anything else.
func reduceUntyped(object *unstructured.Unstructured) *unstructured.Unstructured {
	metadata, hasMetadata := object.Object["metadata"].(map[string]any)
	if !hasMetadata {
		return object
	}
	reduced := &unstructured.Unstructured{Object: maps.Clone(object.Object)}
	metadata = maps.Clone(metadata)
	delete(metadata, "managedFields")
	delete(metadata, "resourceVersion")
	reduced.Object["metadata"] = metadata
	return reduced
}

func reduceTyped(object metav1.Object, about metav1.ObjectMeta) metav1.Object {
	switch typed := object.(type) {
	case *corev1.Pod:
		return reducePod(typed, about)
	case *discoveryv1.EndpointSlice:
		about.Generation = 0
		return &discoveryv1.EndpointSlice{ObjectMeta: about, Endpoints: each(typed.Endpoints, reduceEndpoint)}
	case *batchv1.Job:
		about.Generation = 0
		return &batchv1.Job{ObjectMeta: about, Status: batchv1.JobStatus{
			Active: typed.Status.Active, Failed: typed.Status.Failed, Succeeded: typed.Status.Succeeded,
			Conditions: each(typed.Status.Conditions, func(c batchv1.JobCondition) batchv1.JobCondition {
				return batchv1.JobCondition{Type: c.Type, Status: c.Status, Reason: c.Reason}
			}),
		}}
	case *appsv1.DaemonSet:
		about.Generation = 0
		return &appsv1.DaemonSet{ObjectMeta: about, Spec: appsv1.DaemonSetSpec{Selector: typed.Spec.Selector}}
	case *appsv1.Deployment:
		return reduceDeployment(typed, about)
	case *appsv1.StatefulSet:
		return reduceStatefulSet(typed, about)
	}
	return object
}

// reducePod keeps of the owners the one that controls, and of the conditions the one that says ready.
func reducePod(pod *corev1.Pod, about metav1.ObjectMeta) *corev1.Pod {
	about.Generation = 0
	if owner := metav1.GetControllerOfNoCopy(pod); owner != nil {
		about.OwnerReferences = []metav1.OwnerReference{{UID: owner.UID, Controller: owner.Controller}}
	}
	reduced := &corev1.Pod{ObjectMeta: about, Spec: corev1.PodSpec{NodeName: pod.Spec.NodeName}}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			reduced.Status.Conditions = append(reduced.Status.Conditions, corev1.PodCondition{Type: condition.Type, Status: condition.Status})
		}
	}
	return reduced
}

// reduceEndpoint keeps what stands behind an endpoint and whether it is ready.
func reduceEndpoint(endpoint discoveryv1.Endpoint) discoveryv1.Endpoint {
	reduced := discoveryv1.Endpoint{Conditions: discoveryv1.EndpointConditions{Ready: endpoint.Conditions.Ready}}
	switch {
	case endpoint.TargetRef != nil && endpoint.TargetRef.UID != "":
		reduced.TargetRef = &corev1.ObjectReference{UID: endpoint.TargetRef.UID}
	case len(endpoint.Addresses) > 0:
		reduced.Addresses = endpoint.Addresses[:1:1]
	}
	return reduced
}

func reduceDeployment(deployment *appsv1.Deployment, about metav1.ObjectMeta) *appsv1.Deployment {
	status := deployment.Status
	return &appsv1.Deployment{ObjectMeta: about, Spec: appsv1.DeploymentSpec{Replicas: deployment.Spec.Replicas}, Status: appsv1.DeploymentStatus{
		ObservedGeneration: status.ObservedGeneration, Replicas: status.Replicas,
		UpdatedReplicas: status.UpdatedReplicas, AvailableReplicas: status.AvailableReplicas,
		Conditions: each(status.Conditions, func(c appsv1.DeploymentCondition) appsv1.DeploymentCondition {
			return appsv1.DeploymentCondition{Type: c.Type, Reason: c.Reason}
		}),
	}}
}

func reduceStatefulSet(set *appsv1.StatefulSet, about metav1.ObjectMeta) *appsv1.StatefulSet {
	return &appsv1.StatefulSet{
		ObjectMeta: about,
		Spec:       appsv1.StatefulSetSpec{Replicas: set.Spec.Replicas, UpdateStrategy: set.Spec.UpdateStrategy},
		Status: appsv1.StatefulSetStatus{
			ObservedGeneration: set.Status.ObservedGeneration, ReadyReplicas: set.Status.ReadyReplicas, UpdatedReplicas: set.Status.UpdatedReplicas,
			CurrentRevision: set.Status.CurrentRevision, UpdateRevision: set.Status.UpdateRevision,
		},
	}
}

// only keeps some of a map, and makes no empty one.
func only(all map[string]string, stays func(key string) bool) map[string]string {
	var kept map[string]string
	for key, value := range all {
		if stays(key) {
			if kept == nil {
				kept = map[string]string{}
			}
			kept[key] = value
		}
	}
	return kept
}

// each changes every element of a list, and makes no empty one.
func each[T any](all []T, reduce func(T) T) []T {
	var reduced []T
	for _, one := range all {
		reduced = append(reduced, reduce(one))
	}
	return reduced
}
