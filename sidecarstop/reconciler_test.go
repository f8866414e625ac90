package sidecarstop_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"orderly.dev/sidecarstop"
)

// That patches land, keep what others wrote and miss a Pod of another UID is shown on a real API server, in
// test/integration. Here stands what needs an API server that refuses.

var pods = schema.GroupResource{Resource: "pods"}

// reconcilePod reconciles the Pod with an API server that answers each patch with refusal, and gives the Events that were
// written.
func reconcilePod(t *testing.T, pod *corev1.Pod, refusal error) ([]string, reconcile.Result, error) {
	t.Helper()
	refuse := interceptor.Funcs{
		Patch: func(context.Context, client.WithWatch, client.Object, client.Patch, ...client.PatchOption) error {
			return refusal
		},
		SubResourcePatch: func(context.Context, client.Client, string, client.Object, client.Patch, ...client.SubResourcePatchOption) error {
			return refusal
		},
	}
	recorder := events.NewFakeRecorder(10)
	loop := &sidecarstop.Reconciler{
		Client:   fake.NewClientBuilder().WithObjects(pod).WithInterceptorFuncs(refuse).Build(),
		Events:   recorder,
		NopImage: nopImage,
	}
	result, err := loop.Reconcile(t.Context(), reconcile.Request{NamespacedName: client.ObjectKeyFromObject(pod)})
	close(recorder.Events)
	var written []string
	for event := range recorder.Events {
		written = append(written, event)
	}
	return written, result, err
}

func TestEventsSayWhatWasDone(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want []string
	}{
		{"READY", makePod(aStep("a", running), aSidecar("p", readied)),
			[]string{"Normal Ready Sidecars are ready, the first steps run"}},
		{"one for each sidecar", makePod(isReady, aStep("a", ended(0)), aSidecar("p", readied), aSidecar("q", readied)), []string{
			"Normal SidecarStopped Every step has ended: stopped sidecar p by swapping its image",
			"Normal SidecarStopped Every step has ended: stopped sidecar q by swapping its image",
		}},
		{"none where nothing was to do", makePod(isReady, aStep("a", running)), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, result, err := reconcilePod(t, tc.pod, nil)
			require.NoError(t, err)
			require.Zero(t, result)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestRefusedPatches(t *testing.T) {
	anotherUID := apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "job-x1",
		field.ErrorList{field.Invalid(field.NewPath("metadata", "uid"), "uid-1", "field is immutable")})
	otherFault := apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "job-x1",
		field.ErrorList{field.Invalid(field.NewPath("spec", "containers"), "p", "field is immutable")})
	opening := makePod(aStep("a", running), aSidecar("p", readied))
	stopping := makePod(isReady, aStep("a", ended(0)), aSidecar("p", readied))
	for _, tc := range []struct {
		name    string
		pod     *corev1.Pod
		refusal error
		again   bool
		want    string
	}{
		{"the Pod has vanished", opening, apierrors.NewNotFound(pods, "job-x1"), false, ""},
		{"the name belongs to another Pod", opening, anotherUID, false, ""},
		{"the name of a Pod whose sidecars are to stop belongs to another Pod", stopping, anotherUID, false, ""},
		{"too many others wrote", opening, apierrors.NewConflict(pods, "job-x1", errors.New("changed")), true, ""},
		{"READY is forbidden", opening, apierrors.NewForbidden(pods, "job-x1", errors.New("no right")), false,
			`setting READY on Pod default/job-x1: pods "job-x1" is forbidden: no right`},
		{"the swap is forbidden", stopping, apierrors.NewForbidden(pods, "job-x1", errors.New("policy")), false,
			`swapping images of p in Pod default/job-x1: pods "job-x1" is forbidden: policy`},
		{"the swap is invalid", stopping, otherFault, false,
			`swapping images of p in Pod default/job-x1: Pod "job-x1" is invalid: spec.containers: Invalid value: "p": field is immutable`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			written, result, err := reconcilePod(t, tc.pod, tc.refusal)
			if tc.want == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, tc.want)
			}
			require.Equal(t, tc.again, result.RequeueAfter > 0)
			require.Empty(t, written, "no Event tells of what was not done")
		})
	}
}

func TestAPodThatVanishedBeforeItsTurnIsNoError(t *testing.T) {
	loop := &sidecarstop.Reconciler{Client: fake.NewClientBuilder().Build(), Events: events.NewFakeRecorder(1), NopImage: nopImage}
	result, err := loop.Reconcile(t.Context(), reconcile.Request{NamespacedName: client.ObjectKey{Namespace: "default", Name: "x"}})
	require.NoError(t, err)
	require.Zero(t, result)
}
