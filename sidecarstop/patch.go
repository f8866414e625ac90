package sidecarstop

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
)

// patchBody is the body of a strategic merge patch: annotations are merged by key, containers and scheduling gates by name, conditions by type, so it
// carries only what changes and keeps what others wrote at the same time.
type patchBody struct {
	Metadata patchMetadata `json:"metadata"`
	Spec     *patchSpec    `json:"spec,omitempty"`
	Status   *patchStatus  `json:"status,omitempty"`
}

type patchMetadata struct {
	// UID makes the API server refuse the patch when the name belongs to another Pod by now.
	UID         types.UID         `json:"uid"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type patchSpec struct {
	Containers            []patchContainer      `json:"containers,omitempty"`
	SchedulingGates       []patchSchedulingGate `json:"schedulingGates,omitempty"`
	ActiveDeadlineSeconds *int64                `json:"activeDeadlineSeconds,omitempty"`
}

type patchContainer struct {
	Name  string `json:"name"`
	Image string `json:"image"`
}

type patchSchedulingGate struct {
	Name      string `json:"name"`
	Directive string `json:"$patch"`
}

type patchStatus struct {
	Conditions []corev1.PodCondition `json:"conditions,omitempty"`
	Phase      corev1.PodPhase       `json:"phase,omitempty"`
	Reason     string                `json:"reason,omitempty"`
	Message    string                `json:"message,omitempty"`
}

// shortestDeadline makes the kubelet end a Pod as soon as it hears of it. 0 is not allowed.
const shortestDeadline = int64(1)

// statusPatch is for pods/status, whose patches keep changes of metadata, so that annotations and conditions are one write, and which the
// workload's own rights rarely include.
func statusPatch(pod *corev1.Pod, d Decision) (client.Patch, error) {
	body := patchBody{Metadata: patchMetadata{UID: pod.UID, Annotations: d.Annotations}}
	if len(d.Conditions) > 0 || d.Fail != nil {
		body.Status = &patchStatus{Conditions: d.Conditions}
	}
	if d.Fail != nil {
		body.Status.Phase, body.Status.Reason, body.Status.Message = corev1.PodFailed, d.Fail.Reason, d.Fail.Message
	}
	return encodePatch(body)
}

// podPatch changes what may be changed of a Pod that exists: its scheduling gate, its deadline, and the images of its containers.
func podPatch(pod *corev1.Pod, d Decision, nopImage string) (client.Patch, error) {
	spec := &patchSpec{}
	for _, name := range d.Stop {
		spec.Containers = append(spec.Containers, patchContainer{Name: name, Image: nopImage})
	}
	if d.Unhold {
		spec.SchedulingGates = []patchSchedulingGate{{Name: contract.SchedulingGate, Directive: "delete"}}
	}
	if d.Deadline {
		spec.ActiveDeadlineSeconds = new(shortestDeadline)
	}
	return encodePatch(patchBody{Metadata: patchMetadata{UID: pod.UID}, Spec: spec})
}

func encodePatch(body patchBody) (client.Patch, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encoding patch: %w", err)
	}
	return client.RawPatch(types.StrategicMergePatchType, data), nil
}

// isGone reports whether a patch was refused because its Pod is no more: nobody has the name, or another Pod has it. To the
// API server the UID of a patch is an attempt to change the Pod's, which is invalid (k8s.io/apimachinery,
// ValidateObjectMetaAccessorUpdate).
func isGone(err error) bool {
	var status apierrors.APIStatus
	if apierrors.IsNotFound(err) {
		return true
	}
	if !apierrors.IsInvalid(err) || !errors.As(err, &status) || status.Status().Details == nil {
		return false
	}
	return slices.ContainsFunc(status.Status().Details.Causes, func(c metav1.StatusCause) bool {
		return c.Field == "metadata.uid"
	})
}
