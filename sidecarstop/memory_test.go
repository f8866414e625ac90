package sidecarstop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
)

func TestAPodFromBeforeTheLastWriteIsNotDecidedAbout(t *testing.T) {
	stale := makePod(aStep("a", running), aSidecar("p", readied))
	stale.ResourceVersion = "41"
	w := makeWorld(t, stale.DeepCopy())
	require.NoError(t, w.Client.Get(t.Context(), client.ObjectKeyFromObject(stale), stale))
	show := stale
	w.Client = showing(w.Client, func() *corev1.Pod { return show })
	_, err := w.reconcile()
	require.NoError(t, err)
	require.Len(t, w.bodies, 1)

	result, err := w.reconcile()
	require.NoError(t, err)
	require.Equal(t, 10*time.Second, result.RequeueAfter, "the change that is still to come is sooner")
	require.Len(t, w.bodies, 1, "it was written before")

	show = stale.DeepCopy()
	show.ResourceVersion = "1000"
	_, err = w.reconcile()
	require.NoError(t, err)
	require.Len(t, w.bodies, 2, "somebody took READY away")

	show = stale.DeepCopy()
	show.UID, show.ResourceVersion = "uid-2", "42"
	_, err = w.reconcile()
	require.NoError(t, err)
	require.Len(t, w.bodies, 3, "what was written was another Pod")
}

// As with an API server that was set back to a backup, and counts its versions anew.
func TestAPodWhoseWriteNeverShowsIsNotForgottenForEver(t *testing.T) {
	pod := makePod(aStep("a", running), aSidecar("p", readied))
	w := makeWorld(t, pod.DeepCopy())
	require.NoError(t, w.Client.Get(t.Context(), client.ObjectKeyFromObject(pod), pod))
	w.Client = showing(w.Client, func() *corev1.Pod { return pod })
	_, err := w.reconcile()
	require.NoError(t, err)
	pod.ResourceVersion = "1"
	w.at = w.at.Add(9 * time.Second)
	result, err := w.reconcile()
	require.NoError(t, err)
	require.Equal(t, time.Second, result.RequeueAfter)
	require.Len(t, w.bodies, 1)
	w.at = w.at.Add(time.Second)
	_, err = w.reconcile()
	require.NoError(t, err)
	require.Len(t, w.bodies, 2)
}

func TestATroubleIsRememberedFromOneTurnToTheNext(t *testing.T) {
	pod := makePod(isReady, aStep("a", aWaitingReason("ImagePullBackOff")))
	w := makeWorld(t, pod)
	result, err := w.reconcile()
	require.NoError(t, err)
	require.Equal(t, 2*time.Minute, result.RequeueAfter)
	w.at = w.at.Add(time.Minute)
	result, err = w.reconcile()
	require.NoError(t, err)
	require.Equal(t, time.Minute, result.RequeueAfter)
	require.Empty(t, w.bodies)
	w.at = w.at.Add(time.Minute)
	_, err = w.reconcile()
	require.NoError(t, err)
	require.Contains(t, w.bodies[0], contract.AnnotationCancel)
}
