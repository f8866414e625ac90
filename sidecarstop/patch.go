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

// patchBody is the body of a strategic merge patch: annotations are merged by key and containers by name, so it carries
// only what changes and keeps what others wrote at the same time.
type patchBody struct {
	Metadata patchMetadata `json:"metadata"`
	Spec     *patchSpec    `json:"spec,omitempty"`
}

type patchMetadata struct {
	// UID makes the API server refuse the patch when the name belongs to another Pod by now.
	UID         types.UID         `json:"uid"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type patchSpec struct {
	Containers []patchContainer `json:"containers"`
}

type patchContainer struct {
	Name  string `json:"name"`
	Image string `json:"image"`
}

// readyPatch opens the gate of the first steps. It is meant for pods/status, whose patches keep changes of metadata, so
// that conditions can travel with it, and which the workload's own rights rarely include.
func readyPatch(pod *corev1.Pod) (client.Patch, error) {
	return encodePatch(patchBody{Metadata: patchMetadata{
		UID:         pod.UID,
		Annotations: map[string]string{contract.AnnotationReady: contract.ReadyValue},
	}})
}

// stopPatch swaps the images of the named containers.
func stopPatch(pod *corev1.Pod, names []string, image string) (client.Patch, error) {
	containers := make([]patchContainer, len(names))
	for i, name := range names {
		containers[i] = patchContainer{Name: name, Image: image}
	}
	return encodePatch(patchBody{
		Metadata: patchMetadata{UID: pod.UID},
		Spec:     &patchSpec{Containers: containers},
	})
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
