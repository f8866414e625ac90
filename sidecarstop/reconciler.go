package sidecarstop

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Reasons of the Events that the loop writes on a Pod. They are part of what users may rely on.
const (
	// EventReady says that the sidecars are ready and the first steps run.
	EventReady = "Ready"
	// EventSidecarStopped names a sidecar whose image was swapped.
	EventSidecarStopped = "SidecarStopped"
)

// Actions of the same Events: what the loop did, in the words of the Events API.
const (
	actionStart = "StartSteps"
	actionStop  = "StopSidecar"
)

// conflictPause is how long a patch waits that met with too many other writers. The API server has tried it several times
// by then, so that an immediate attempt would meet them again.
const conflictPause = 20 * time.Millisecond

// Reconciler does for one Pod what [Decide] says.
type Reconciler struct {
	// Client reads Pods, from a cache made with [CacheOptions], and patches them.
	Client client.Client
	// Events takes what people are told on the Pod.
	Events events.EventRecorder
	// NopImage is the image that a sidecar is swapped to. Its program must end with 0 under the command of any sidecar.
	NopImage string
}

var _ reconcile.Reconciler = (*Reconciler)(nil)

// Reconcile brings one Pod to where [Decide] has nothing more to say. It returns an error when the API server refused a
// patch for a reason that may pass; a Pod that has vanished is no error.
func (r *Reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	var pod corev1.Pod
	if err := r.Client.Get(ctx, request.NamespacedName, &pod); err != nil {
		if apierrors.IsNotFound(err) {
			return reconcile.Result{}, nil
		}
		return reconcile.Result{}, fmt.Errorf("reading Pod %s: %w", request, err)
	}
	err := r.carryOut(ctx, &pod, Decide(&pod, r.NopImage))
	switch {
	case err == nil:
		return reconcile.Result{}, nil
	case isGone(err):
		log.FromContext(ctx).V(1).Info("Pod has vanished", "uid", pod.UID)
		return reconcile.Result{}, nil
	case apierrors.IsConflict(err):
		return reconcile.Result{RequeueAfter: conflictPause}, nil
	default:
		return reconcile.Result{}, err
	}
}

func (r *Reconciler) carryOut(ctx context.Context, pod *corev1.Pod, decision Decision) error {
	if decision.Ready {
		if err := r.startSteps(ctx, pod); err != nil {
			return fmt.Errorf("setting READY on Pod %s: %w", client.ObjectKeyFromObject(pod), err)
		}
	}
	if len(decision.Stop) > 0 {
		if err := r.stopSidecars(ctx, pod, decision.Stop); err != nil {
			return fmt.Errorf("swapping images of %s in Pod %s: %w",
				strings.Join(decision.Stop, ", "), client.ObjectKeyFromObject(pod), err)
		}
	}
	return nil
}

func (r *Reconciler) startSteps(ctx context.Context, pod *corev1.Pod) error {
	patch, err := readyPatch(pod)
	if err != nil {
		return err
	}
	if err := r.Client.Status().Patch(ctx, target(pod), patch); err != nil {
		return err
	}
	log.FromContext(ctx).Info("First steps may run", "uid", pod.UID)
	r.Events.Eventf(pod, nil, corev1.EventTypeNormal, EventReady, actionStart, "Sidecars are ready, the first steps run")
	return nil
}

func (r *Reconciler) stopSidecars(ctx context.Context, pod *corev1.Pod, names []string) error {
	patch, err := stopPatch(pod, names, r.NopImage)
	if err != nil {
		return err
	}
	if err := r.Client.Patch(ctx, target(pod), patch); err != nil {
		return err
	}
	log.FromContext(ctx).Info("Stopped sidecars by swapping their images", "uid", pod.UID, "sidecars", names)
	for _, name := range names {
		r.Events.Eventf(pod, nil, corev1.EventTypeNormal, EventSidecarStopped, actionStop,
			"Every step has ended: stopped sidecar %s by swapping its image", name)
	}
	return nil
}

// target names the Pod for a patch. The answer is written into it, and the cached Pod must not change.
func target(pod *corev1.Pod) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name}}
}
