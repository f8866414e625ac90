package sidecarstop_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
)

// makeLargePod gives a Pod as the API server sends it: three steps, a sidecar, and much that the loop does not read.
func makeLargePod(i int) *corev1.Pod {
	name := fmt.Sprintf("nightly-%d", i)
	pod := makePod(aNative("proxy", readied), aStep("build", ended(0)), aStep("test", running), aStep("publish", running), isReady,
		annotated(contract.AnnotationSteps, "build, test, publish"), annotated(contract.AnnotationStatus, "0.5.0: steps: build → test → publish"),
		saying(corev1.ConditionTrue, "everything that the Pod waits for is true", started))
	pod.Name, pod.UID, pod.ResourceVersion = name+"-x7k2p", types.UID(fmt.Sprintf("8f3a1c2e-0000-4000-8000-%012d", i)), fmt.Sprint(1_000_000+i)
	pod.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: "batch/v1", Kind: "Job", Name: name, UID: types.UID(fmt.Sprintf("9f3a1c2e-0000-4000-8000-%012d", i)), Controller: new(true)}}
	pod.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubelet", FieldsV1: metav1.NewFieldsV1(string(make([]byte, 4096)))}}
	pod.Spec.NodeName = fmt.Sprintf("node-%d", i%100)
	for n := range pod.Spec.Containers {
		pod.Spec.Containers[n].Args = []string{"-c", string(make([]byte, 2048))}
		pod.Spec.Containers[n].Env = []corev1.EnvVar{{Name: "A", Value: string(make([]byte, 512))}}
	}
	pod.Status.ContainerStatuses[0].ContainerID = fmt.Sprintf("containerd://%064d", i)
	marker := contract.Marker{Step: "build", Reason: contract.Completed, Attempts: 1, StartedAt: started.Add(time.Duration(i)), FinishedAt: now}
	for n := range pod.Status.ContainerStatuses {
		if end := pod.Status.ContainerStatuses[n].State.Terminated; end != nil {
			end.Message = contract.Report{Marker: marker}.Line()
		}
	}
	return pod
}

// BenchmarkCachedPod says how much memory a Pod takes in the cache, as the transform leaves it: 10,000 are to take less than 150 MB with everything else
// that the process needs, and twice as much as there is alive is what Go's collector lets grow.
func BenchmarkCachedPod(b *testing.B) {
	keep := podCache(b).Transform
	var kept []any
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		// Through the wire, so that no text is shared by chance.
		data, err := makeLargePod(i).Marshal()
		require.NoError(b, err)
		var pod corev1.Pod
		require.NoError(b, pod.Unmarshal(data))
		b.StartTimer()
		reduced, err := keep(&pod)
		require.NoError(b, err)
		kept = append(kept, reduced)
	}
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(kept)), "heap-B/pod")
	runtime.KeepAlive(kept)
}

// BenchmarkDecide is one decision about a Pod from the cache, without what it costs to get and to write it.
func BenchmarkDecide(b *testing.B) {
	pod := reduced(b, makeLargePod(1))
	facts := sidecarstop.Facts{}
	for b.Loop() {
		sidecarstop.Decide(pod, facts, now)
	}
}
