package sidecarstop

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"orderly.dev/sidecarstop/meter"
	"orderly.dev/sidecarstop/voice"
)

// carryOut makes what was decided true, each write at most once: the status, then the Pod, then Events. An error is that of the API server, with what
// was being done; what comes after it was not done. But where somebody decided against a patch of the status, be it a policy, or that the annotations are
// too large, sidecars are stopped and Pods ended all the same: else a Pod that is done would run for ever.
func (a *action) carryOut(ctx context.Context, d Decision) error {
	refused := a.writeStatus(ctx, d)
	if refused != nil && (!isRefusal(refused) || isGone(refused)) {
		return refused
	}
	if refused != nil {
		a.tell([]voice.Event{refusedEvent("status", refused)})
		// The scheduling gate goes when its word is written, and no sooner.
		d.Unhold, d.Events = false, nil
	}
	if err := a.writePod(ctx, d); err != nil {
		return errors.Join(err, refused)
	}
	a.tell(d.Events)
	return refused
}

func (a *action) writeStatus(ctx context.Context, d Decision) error {
	if !d.patchesStatus() {
		return nil
	}
	if err := a.patchStatus(ctx, d); err != nil {
		return fmt.Errorf("patching the status of Pod %s: %w", client.ObjectKeyFromObject(a.pod), err)
	}
	a.tell(aboutGates(d.Events))
	return nil
}

func (a *action) writePod(ctx context.Context, d Decision) error {
	if !d.patchesPod() {
		return nil
	}
	err := a.patchPod(ctx, d)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("patching Pod %s: %w", client.ObjectKeyFromObject(a.pod), err)
	switch {
	case !isRefusal(err) || isGone(err):
	case len(d.Stop) > 0:
		a.rememberRefusal(d, err)
	default:
		a.tell([]voice.Event{refusedEvent("spec", err)})
	}
	return err
}

func (a *action) patchStatus(ctx context.Context, d Decision) error {
	patch, err := statusPatch(a.pod, d)
	if err != nil {
		return err
	}
	answer := target(a.pod)
	err = a.Client.Status().Patch(ctx, answer, patch)
	a.Meter.Wrote(meter.Status, err)
	if err != nil {
		return err
	}
	a.known.wrote(answer.ResourceVersion, a.now())
	a.measure(d)
	log.FromContext(ctx).Info("Patched the status", "uid", a.pod.UID, "annotations", slices.Sorted(maps.Keys(d.Annotations)), "conditions", typesOf(d.Conditions))
	return nil
}

func (a *action) patchPod(ctx context.Context, d Decision) error {
	patch, err := podPatch(a.pod, d, a.Settings.NopImage)
	if err != nil {
		return err
	}
	answer := target(a.pod)
	err = a.Client.Patch(ctx, answer, patch)
	a.Meter.Wrote(meter.Pod, err)
	if err != nil {
		return err
	}
	a.known.wrote(answer.ResourceVersion, a.now())
	for range d.Stop {
		a.Meter.SidecarStopped(meter.ByImage)
	}
	log.FromContext(ctx).Info("Patched the Pod", "uid", a.pod.UID, "unhold", d.Unhold, "deadline", d.Deadline, "stopped", d.Stop)
	return nil
}

// rememberRefusal remembers that the API server refuses to swap images, be it because of a policy or because of a right that is missing. The next decision
// says so, and does the rest without them.
func (a *action) rememberRefusal(d Decision, err error) {
	refused := maps.Clone(a.known.refused)
	if refused == nil {
		refused = map[string]string{}
	}
	for _, name := range d.Stop {
		refused[name] = voice.OneLine(err.Error(), voice.MaxMessage)
		a.Meter.SidecarStopped(meter.Refused)
	}
	a.known.refused, a.swapRefused = refused, true
}

// isRefusal reports whether somebody decided against a patch, so that it is no use to try it again. A webhook that denies it and gives no code makes it a bad
// request (k8s.io/apiserver, admission/plugin/webhook/errors, ToStatusErr).
func isRefusal(err error) bool {
	return apierrors.IsForbidden(err) || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err)
}

// EventWriteRefused says that somebody decided against what is to be written on the Pod, so that it may wait, or run on, for nothing.
const EventWriteRefused voice.Reason = "WriteRefused"

// refusedEvent tells people what only they can change. It is said once of each part of the Pod, however often it is tried.
func refusedEvent(part string, err error) voice.Event {
	return voice.Event{
		Reason: EventWriteRefused, Warning: true, Action: "PatchPod", Once: part,
		Message: "the API server refuses what is to be written: " + err.Error(),
	}
}

func (a *action) tell(all []voice.Event) {
	a.countUnstopped(all)
	if len(all) > 0 {
		a.Teller.Tell(a.pod, metav1.GetControllerOfNoCopy(a.pod), all)
	}
}

// aboutGates are the Events of what the patch of the status has done. They are said although the patch of the Pod may fail, because the next decision
// would say only the last of them again.
func aboutGates(all []voice.Event) []voice.Event {
	var some []voice.Event
	for _, e := range all {
		if e.Reason == EventReady || e.Reason == EventWaitingFor {
			some = append(some, e)
		}
	}
	return some
}

func typesOf(conditions []corev1.PodCondition) []corev1.PodConditionType {
	kinds := make([]corev1.PodConditionType, len(conditions))
	for i, c := range conditions {
		kinds[i] = c.Type
	}
	return kinds
}

// target names the Pod for a patch. The answer is written into it, and the cached Pod must not change.
func target(pod *corev1.Pod) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name}}
}
