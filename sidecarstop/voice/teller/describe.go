package teller

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/sidecarstop/voice"
)

// The bounds of an Event, in bytes (kubernetes/pkg/apis/core/validation/events.go; k8s.io/apimachinery, IsDNS1123Subdomain).
const (
	maxName     = 253
	maxInstance = 128
	maxAction   = 128
	maxReason   = 128
)

// fingerprint tells one Event from all others, of any Pod.
type fingerprint [10]byte

func fingerprintOf(pod types.UID, e voice.Event) fingerprint {
	hash := sha256.New()
	for _, part := range []string{string(pod), string(e.Reason), strconv.Itoa(int(e.On)), e.Once} {
		// With its length before each part no two lists of parts give the same bytes.
		_, _ = hash.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return fingerprint(hash.Sum(nil)[:len(fingerprint{})])
}

// describe makes the object that says it.
func (t *Teller) describe(pod *corev1.Pod, owner *metav1.OwnerReference, e voice.Event) *eventsv1.Event {
	described := &eventsv1.Event{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: pod.Namespace,
			Name:      nameOf(pod.Name, fingerprintOf(pod.UID, e)),
		},
		EventTime:           metav1.NowMicro(),
		ReportingController: t.controller,
		ReportingInstance:   t.instance,
		Action:              longest(cmp.Or(e.Action, string(e.Reason)), maxAction),
		Reason:              longest(string(e.Reason), maxReason),
		Regarding:           podReference(pod),
		Note:                voice.OneLine(e.Message, voice.MaxMessage),
		Type:                e.Type(),
	}
	if e.On == voice.OnOwner {
		related := described.Regarding
		described.Related, described.Regarding = &related, ownerReference(pod, owner)
	}
	return described
}

// nameOf starts with the Pod's name, so that a list of Events by name is one by Pod.
func nameOf(pod string, what fingerprint) string {
	suffix := "." + hex.EncodeToString(what[:])
	return strings.TrimRight(longest(pod, maxName-len(suffix)), ".-") + suffix
}

func podReference(pod *corev1.Pod) corev1.ObjectReference {
	return corev1.ObjectReference{
		APIVersion: "v1", Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID, ResourceVersion: pod.ResourceVersion,
	}
}

// ownerReference names an owner, which is in the namespace of what it owns.
func ownerReference(pod *corev1.Pod, owner *metav1.OwnerReference) corev1.ObjectReference {
	return corev1.ObjectReference{
		APIVersion: owner.APIVersion, Kind: owner.Kind, Namespace: pod.Namespace, Name: owner.Name, UID: owner.UID,
	}
}

// reporter is the instance, which must be there and not be long.
func reporter(instance, controller string) string {
	return longest(cmp.Or(instance, controller), maxInstance)
}

// longest is as much of the beginning as fits. What is cut here is ASCII.
func longest(text string, limit int) string { return text[:min(len(text), limit)] }
