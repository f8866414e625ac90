package sidecarstop_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// makeOwner gives a Job that forgives so many restarts.
func makeOwner(backoffLimit int32) *batchv1.Job {
	job := aJob("nightly")
	job.UID, job.Spec.BackoffLimit = "uid-job", &backoffLimit
	return job
}

func ownedBy(uid types.UID) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "batch/v1", Kind: "Job", Name: "nightly", UID: uid, Controller: new(true)}}
	}
}

// restartedOften is another Pod of the Job.
func restartedOften(times int32) *corev1.Pod {
	pod := makePod(onFailure, isReady, aStep("a", running), ownedBy("uid-job"))
	pod.Name, pod.UID, pod.Status.ContainerStatuses[0].RestartCount = "job-x2", "uid-2", times
	return pod
}

// Under OnFailure a swap is a restart, which the Job counts against its backoffLimit.
func TestASidecarIsSwappedWhereItsJobForgivesIt(t *testing.T) {
	stuck := makePod(onFailure, isReady, aStep("a", ended(0)), aSidecar("p", readied), ownedBy("uid-job"))
	stranger := makePod(onFailure, isReady, aStep("a", ended(0)), aSidecar("p", readied), ownedBy("uid-of-another"))
	for _, tc := range []struct {
		name    string
		objects []client.Object
		want    bool
	}{
		{"it forgives enough", []client.Object{stuck, makeOwner(6)}, true},
		{"it forgives none", []client.Object{stuck, makeOwner(0)}, false},
		{"other Pods have used it up", []client.Object{stuck, makeOwner(6), restartedOften(5)}, false},
		{"other Pods have used some of it", []client.Object{stuck, makeOwner(6), restartedOften(4)}, true},
		{"the Job is gone", []client.Object{stuck}, false},
		{"another Job has its name", []client.Object{stranger, makeOwner(6)}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := makeWorld(t, tc.objects...)
			_, err := w.reconcile()
			require.NoError(t, err)
			require.Equal(t, tc.want, strings.Contains(fmt.Sprint(w.bodies), `"image"`), "%v", w.bodies)
		})
	}
}

// Else both would take the last restart, because the cache shows neither what the other has done, and the Job would have failed.
func TestPodsOfOneJobTakeTurnsWhereRestartsCount(t *testing.T) {
	first := makePod(onFailure, isReady, aStep("a", ended(0)), aSidecar("p", readied), ownedBy("uid-job"))
	second := first.DeepCopy()
	second.Name, second.UID = "job-x2", "uid-2"
	w := makeWorld(t, first, second, makeOwner(2))
	fresh := w.Client
	lagging := map[string]*corev1.Pod{first.Name: first, second.Name: second}
	catchUp := func() {
		for _, pod := range lagging {
			require.NoError(t, fresh.Get(t.Context(), client.ObjectKeyFromObject(pod), pod))
		}
	}
	catchUp()
	w.Client = interceptor.NewClient(fresh.(client.WithWatch), interceptor.Funcs{
		Get: func(_ context.Context, _ client.WithWatch, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
			lagging[key.Name].DeepCopyInto(object.(*corev1.Pod))
			return nil
		},
		List: func(_ context.Context, _ client.WithWatch, list client.ObjectList, _ ...client.ListOption) error {
			list.(*corev1.PodList).Items = []corev1.Pod{*lagging["job-x1"], *lagging["job-x2"]}
			return nil
		},
	})
	reconcileOne := func(pod *corev1.Pod) reconcile.Result {
		result, err := w.Reconcile(t.Context(), reconcile.Request{NamespacedName: client.ObjectKeyFromObject(pod)})
		require.NoError(t, err)
		return result
	}
	swaps := func() int { return strings.Count(fmt.Sprint(w.bodies), `"image"`) }

	reconcileOne(first)
	require.Equal(t, 1, swaps(), "%v", w.bodies)
	require.Less(t, reconcileOne(second).RequeueAfter, time.Second, "it waits until the cache shows the first swap")
	reconcileOne(first)
	reconcileOne(second)
	require.Equal(t, 1, swaps(), "%v", w.bodies)

	catchUp()
	reconcileOne(first)
	require.Greater(t, reconcileOne(second).RequeueAfter, time.Second, "no restart is left until the first Pod has finished")
	require.Equal(t, 1, swaps(), "%v", w.bodies)

	catchUp()
	lagging["job-x1"].Status.Phase = corev1.PodSucceeded
	reconcileOne(second)
	require.Equal(t, 2, swaps(), "%v", w.bodies)
}

func TestAJobThatCannotBeReadHoldsNothingElseUp(t *testing.T) {
	away := errors.New("the API server is away")
	w := makeWorld(t, makePod(onFailure, isReady, aStep("a", ended(0)), aSidecar("p", readied), ownedBy("uid-job")))
	w.Live = interceptor.NewClient(w.Client.(client.WithWatch), interceptor.Funcs{
		Get: func(context.Context, client.WithWatch, client.ObjectKey, client.Object, ...client.GetOption) error {
			return away
		},
	})
	result, err := w.reconcile()
	require.Zero(t, result, "what stands beside an error is ignored, with a complaint")
	require.ErrorIs(t, err, away)
	require.ErrorContains(t, err, "reading Job default/nightly")
	require.Contains(t, fmt.Sprint(w.bodies), "orderly.dev/result")
	require.NotContains(t, fmt.Sprint(w.bodies), `"image"`)
}
