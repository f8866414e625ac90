package cluster

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// CacheOptions make a manager's cache keep of nodes, LimitRanges and ResourceQuotas what this package reads. Such an object is not a whole one.
func CacheOptions() cache.Options {
	return cache.Options{ByObject: map[client.Object]cache.ByObject{
		&corev1.Node{}:          {Transform: keepWhatIsRead},
		&corev1.LimitRange{}:    {Transform: keepWhatIsRead},
		&corev1.ResourceQuota{}: {Transform: keepWhatIsRead},
	}}
}

// keepWhatIsRead lists what stays rather than what goes, so that fields which Kubernetes adds later cost nothing. Anything else,
// such as the note that an object vanished, passes unchanged.
func keepWhatIsRead(object any) (any, error) {
	switch o := object.(type) {
	case *corev1.Node:
		return &corev1.Node{
			ObjectMeta: identity(o.ObjectMeta),
			Spec:       corev1.NodeSpec{Unschedulable: o.Spec.Unschedulable},
			Status: corev1.NodeStatus{NodeInfo: corev1.NodeSystemInfo{
				KubeletVersion:          o.Status.NodeInfo.KubeletVersion,
				ContainerRuntimeVersion: o.Status.NodeInfo.ContainerRuntimeVersion,
				OperatingSystem:         o.Status.NodeInfo.OperatingSystem,
			}},
		}, nil
	case *corev1.LimitRange:
		return &corev1.LimitRange{ObjectMeta: identity(o.ObjectMeta), Spec: o.Spec}, nil
	case *corev1.ResourceQuota:
		return &corev1.ResourceQuota{ObjectMeta: identity(o.ObjectMeta), Spec: o.Spec}, nil
	}
	return object, nil
}

func identity(o metav1.ObjectMeta) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: o.Namespace, Name: o.Name, UID: o.UID, ResourceVersion: o.ResourceVersion}
}
