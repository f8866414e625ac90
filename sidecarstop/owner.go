package sidecarstop

import (
	"context"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/podview"
)

// askOwner reads the Job of a Pod where the decision depends on how many restarts the Job allows and has counted.
func (a *action) askOwner(ctx context.Context) (*ending.Owner, error) {
	owner := metav1.GetControllerOfNoCopy(a.pod)
	if owner == nil || owner.Kind != "Job" || !ending.AsksOwner(a.view) {
		return nil, nil //nolint:nilnil // no owner is an answer
	}
	if a.awaitsTurn = !a.turns.take(owner.UID, client.ObjectKeyFromObject(a.pod)); a.awaitsTurn {
		return nil, nil //nolint:nilnil // nothing is known of it before
	}
	var job batchv1.Job
	key := client.ObjectKey{Namespace: a.pod.Namespace, Name: owner.Name}
	if err := a.Live.Get(ctx, key, &job); err != nil {
		return nil, client.IgnoreNotFound(fmt.Errorf("reading Job %s: %w", key, err))
	}
	if job.UID != owner.UID || job.Spec.BackoffLimit == nil {
		return nil, nil //nolint:nilnil // another Job of the same name is not the owner
	}
	restarts, err := a.restartsOf(ctx, owner)
	return &ending.Owner{BackoffLimit: *job.Spec.BackoffLimit, Restarts: restarts}, err
}

// restartsOf adds up the restarts of all Pods of an owner, of those that are managed, as all Pods of a Job are when one is.
func (a *action) restartsOf(ctx context.Context, owner *metav1.OwnerReference) (int32, error) {
	var pods corev1.PodList
	if err := a.Client.List(ctx, &pods, client.InNamespace(a.pod.Namespace), client.UnsafeDisableDeepCopy); err != nil {
		return 0, fmt.Errorf("listing the Pods of Job %s: %w", owner.Name, err)
	}
	var restarts int32
	for i := range pods.Items {
		if other := metav1.GetControllerOfNoCopy(&pods.Items[i]); other != nil && other.UID == owner.UID {
			restarts += ending.Restarts(podview.Of(&pods.Items[i]), a.Settings.NopImage)
		}
	}
	return restarts, nil
}
