package gate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
)

// Verdicts as stories expect them.
var met = gate.Verdict{State: gate.Met}

func notYet(reason string) gate.Verdict { return gate.Verdict{State: gate.NotYet, Reason: reason} }

func failed(reason string) gate.Verdict {
	return gate.Verdict{State: gate.FailedForGood, Reason: reason}
}

// cluster is what there is. Its watches show every object of a kind, whatever was asked for, in the order given.
type cluster []metav1.Object

// story is what one entry comes to in a cluster.
type story struct {
	name    string
	entry   string
	pod     *corev1.Pod
	cluster cluster
	want    gate.Verdict
}

// tell judges each story twice, the second time with the objects the other way round: caches have no order.
func tell(t *testing.T, stories []story) {
	t.Helper()
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			pod := s.pod
			if pod == nil {
				pod = waitingPod()
			}
			entry, before := parse(t, s.entry), pod.DeepCopy()
			require.Equal(t, s.want, gate.Judge(entry, pod, s.cluster.watched(entry, pod)))
			slices.Reverse(s.cluster)
			require.Equal(t, s.want, gate.Judge(entry, pod, s.cluster.watched(entry, pod)))
			require.Equal(t, before, pod)
			require.LessOrEqual(t, len(s.want.Reason), gate.MaxReason)
		})
	}
}

// watched is what the watches show that the entry asks for, when each has listed its objects.
func (c cluster) watched(entry dependency.Entry, pod *corev1.Pod) gate.Sight {
	sight := gate.Sight{}
	for {
		asked := gate.Interests(entry, pod, sight)
		news := slices.DeleteFunc(asked, func(i gate.Interest) bool { _, listed := sight[i]; return listed })
		if len(news) == 0 {
			return sight
		}
		for _, interest := range news {
			sight[interest] = gate.Seen{Objects: c.of(interest)}
		}
	}
}

func (c cluster) of(interest gate.Interest) []metav1.Object {
	var objects []metav1.Object
	for _, object := range c {
		if kindOf(object) != interest.Kind.Kind {
			continue
		}
		if interest.Form == gate.Metadata {
			object = metadataOf(object)
		}
		objects = append(objects, object)
	}
	return objects
}

func kindOf(object metav1.Object) string {
	switch o := object.(type) {
	case *corev1.Service:
		return "Service"
	case *corev1.Namespace:
		return "Namespace"
	case *corev1.Pod:
		return "Pod"
	case *discoveryv1.EndpointSlice:
		return "EndpointSlice"
	case *batchv1.Job:
		return "Job"
	case *appsv1.DaemonSet:
		return "DaemonSet"
	case *appsv1.Deployment:
		return "Deployment"
	case *appsv1.StatefulSet:
		return "StatefulSet"
	case *unstructured.Unstructured:
		return o.GetKind()
	}
	return ""
}

func metadataOf(object metav1.Object) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Namespace: object.GetNamespace(), Name: object.GetName(), UID: object.GetUID(),
		Labels: object.GetLabels(), Annotations: object.GetAnnotations(),
	}}
}

// parse reads one entry as it stands in the annotation, without the dash.
func parse(t testing.TB, entry string) dependency.Entry {
	t.Helper()
	entries, problems := dependency.Parse("- {" + entry + "}")
	require.Empty(t, problems)
	require.Len(t, entries, 1)
	return entries[0]
}

// waitingPod is the Pod that waits: app-1 in namespace default on node n1, with restartPolicy Never and the label app=cache.
func waitingPod(changes ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: meta("app-1"), Spec: corev1.PodSpec{NodeName: "n1", RestartPolicy: corev1.RestartPolicyNever}}
	pod.Labels = map[string]string{"app": "cache"}
	for _, change := range changes {
		change(pod)
	}
	return pod
}

func withoutNode(pod *corev1.Pod) { pod.Spec.NodeName = "" }

// meta is that of an object in namespace default, whose UID is made of its name.
func meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "default", Name: name, UID: uidOf(name), Generation: 1}
}

// within moves an object to another namespace.
func within[T metav1.Object](namespace string, object T) T {
	object.SetNamespace(namespace)
	return object
}

// deleting makes an object one that is being deleted.
func deleting[T metav1.Object](object T) T {
	object.SetDeletionTimestamp(&metav1.Time{Time: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)})
	return object
}

func labelled[T metav1.Object](key, value string, object T) T {
	object.SetLabels(map[string]string{key: value})
	return object
}
