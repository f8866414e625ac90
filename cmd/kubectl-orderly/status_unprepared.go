package main

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// Which Secret or ConfigMap does not exist stands in an Event of the kubelet's and nowhere else. It is asked for where the Pod itself shows that it stands
// still for that, once: with --watch, the story names what is needed, and `kubectl describe`.

// obstacles are the reasons of such Events (kubernetes/pkg/kubelet/events).
var obstacles = []string{"FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox"}

const (
	// maxEvents bounds how many Events of a Pod are read.
	maxEvents = 500
	// maxQuoted bounds for how many Pods they are. The Pods of a Job stand still for the same reason, and each is a request.
	maxQuoted = 10
)

// quoteKubelet puts the kubelet's own words in place of what is only known in general. Who may not list Events is told that.
func quoteKubelet(ctx context.Context, client kubernetes.Interface, stories []story) {
	asked := 0
	for _, s := range stories {
		for i := range s.timelines {
			if !s.timelines[i].Unprepared || asked == maxQuoted {
				continue
			}
			asked++
			if word := kubeletsWord(ctx, client, &s.pods[i]); word != "" {
				s.timelines[i].Reason = "the kubelet has not prepared the Pod yet: " + word
			}
		}
	}
}

// kubeletsWord is empty where there is none, or where it cannot be read.
func kubeletsWord(ctx context.Context, client kubernetes.Interface, pod *corev1.Pod) string {
	list, err := client.CoreV1().Events(pod.Namespace).List(ctx, metav1.ListOptions{Limit: maxEvents, FieldSelector: aboutPod(pod.UID).String()})
	if err != nil {
		return ""
	}
	isObstacle := func(e corev1.Event) bool {
		return e.InvolvedObject.UID == pod.UID && slices.Contains(obstacles, e.Reason)
	}
	events := slices.DeleteFunc(list.Items, func(e corev1.Event) bool { return !isObstacle(e) })
	if len(events) == 0 {
		return ""
	}
	return slices.MaxFunc(events, func(a, b corev1.Event) int { return lastSeen(a).Compare(lastSeen(b)) }).Message
}

func aboutPod(uid types.UID) fields.Selector {
	return fields.Set{"involvedObject.uid": string(uid), "type": corev1.EventTypeWarning}.AsSelector()
}

// lastSeen is when it happened last: the kubelet counts an Event that comes again.
func lastSeen(e corev1.Event) time.Time {
	if e.LastTimestamp.IsZero() {
		return e.EventTime.Time
	}
	return e.LastTimestamp.Time
}
