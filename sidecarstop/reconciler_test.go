package sidecarstop_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/voice"
)

// That patches land, keep what others wrote and miss a Pod of another UID is shown on a real API server, in
// test/integration. Here stands what needs an API server that refuses, and what is seen from outside of what is remembered.

var pods = schema.GroupResource{Resource: "pods"}

// world is a loop with an API server that can refuse.
type world struct {
	*sidecarstop.Reconciler
	t *testing.T
	// refuse answers a patch, of the status or of the Pod; nil lets it pass.
	refuse func(status bool) error
	// bodies are the patches that were sent.
	bodies []string
	// said are the Events, looked the entries of each look, and forgotten the Pods.
	said      []string
	looked    []int
	forgotten []types.NamespacedName
	at        time.Time
}

func makeWorld(t *testing.T, objects ...client.Object) *world {
	t.Helper()
	w := &world{t: t, at: now}
	answer := func(status bool, patch client.Patch, object client.Object, pass func() error) error {
		body, err := patch.Data(object)
		require.NoError(t, err)
		w.bodies = append(w.bodies, string(body))
		if w.refuse != nil {
			if err := w.refuse(status); err != nil {
				return err
			}
		}
		return pass()
	}
	funcs := interceptor.Funcs{
		Patch: func(ctx context.Context, c client.WithWatch, object client.Object, patch client.Patch, o ...client.PatchOption) error {
			return answer(false, patch, object, func() error { return c.Patch(ctx, object, patch, o...) })
		},
		// As a real API server, and unlike the fake one, it keeps the annotations of a patch of the status.
		SubResourcePatch: func(ctx context.Context, c client.Client, _ string, object client.Object, patch client.Patch, _ ...client.SubResourcePatchOption) error {
			return answer(true, patch, object, func() error {
				return errors.Join(c.Patch(ctx, object, patch), c.Status().Patch(ctx, object, patch))
			})
		},
	}
	c := fake.NewClientBuilder().WithObjects(objects...).WithInterceptorFuncs(funcs).Build()
	w.Reconciler = &sidecarstop.Reconciler{
		Client: c, Live: c, Watches: w, Teller: w, Settings: ending.Settings{NopImage: nopImage}, Now: func() time.Time { return w.at },
	}
	return w
}

// showing gives a client whose cache holds this Pod.
func showing(c client.Client, pod func() *corev1.Pod) client.Client {
	return interceptor.NewClient(c.(client.WithWatch), interceptor.Funcs{
		Get: func(_ context.Context, _ client.WithWatch, _ client.ObjectKey, object client.Object, _ ...client.GetOption) error {
			pod().DeepCopyInto(object.(*corev1.Pod))
			return nil
		},
	})
}

func (w *world) Tell(_ *corev1.Pod, _ *metav1.OwnerReference, all []voice.Event) {
	for _, e := range all {
		w.said = append(w.said, fmt.Sprintf("%s: %s", e.Reason, e.Message))
	}
}

func (w *world) Look(_ *corev1.Pod, entries []dependency.Entry) gate.Sight {
	w.looked = append(w.looked, len(entries))
	return nil
}

func (w *world) Forget(pod types.NamespacedName) { w.forgotten = append(w.forgotten, pod) }

func (w *world) reconcile() (reconcile.Result, error) {
	w.t.Helper()
	return w.Reconcile(w.t.Context(), reconcile.Request{NamespacedName: types.NamespacedName{Namespace: "default", Name: "job-x1"}})
}

var (
	anotherUID = apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "job-x1",
		field.ErrorList{field.Invalid(field.NewPath("metadata", "uid"), "uid-1", "field is immutable")})
	otherFault = apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "job-x1",
		field.ErrorList{field.Invalid(field.NewPath("spec", "containers"), "p", "field is immutable")})
)

func TestRefusedPatches(t *testing.T) {
	opening := makePod(aStep("a", running), aSidecar("p", readied))
	for _, tc := range []struct {
		name    string
		refusal error
		again   bool
		want    string
	}{
		{"the Pod has vanished", apierrors.NewNotFound(pods, "job-x1"), false, ""},
		{"the name belongs to another Pod", anotherUID, false, ""},
		{"too many others wrote", apierrors.NewConflict(pods, "job-x1", errors.New("changed")), true, ""},
		{"READY is forbidden", apierrors.NewForbidden(pods, "job-x1", errors.New("no right")), false,
			`patching the status of Pod default/job-x1: pods "job-x1" is forbidden: no right`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := makeWorld(t, opening.DeepCopy())
			w.refuse = func(bool) error { return tc.refusal }
			result, err := w.reconcile()
			if tc.want == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, tc.want)
			}
			require.Equal(t, tc.again, result.RequeueAfter > 0)
			require.NotContains(t, fmt.Sprint(w.said), "Ready: ", "no Event tells of what was not done")
			require.Equal(t, tc.want != "", strings.Contains(fmt.Sprint(w.said), "WriteRefused: "), "what only people can change is said: %v", w.said)
		})
	}
}

func TestASwapThatIsRefusedIsNeverTriedAgain(t *testing.T) {
	deniedWithoutCode := &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusBadRequest, Message: `admission webhook "images" denied the request: not from our registry`,
	}}
	for _, refusal := range []error{apierrors.NewForbidden(pods, "job-x1", errors.New("policy")), otherFault, deniedWithoutCode} {
		w := makeWorld(t, makePod(isReady, aStep("a", ended(0)), aSidecar("p", readied)))
		w.refuse = func(status bool) error {
			if status {
				return nil
			}
			return refusal
		}
		result, err := w.reconcile()
		require.NoError(t, err)
		require.Positive(t, result.RequeueAfter, "it goes on without the swap")
		for range 3 {
			_, err = w.reconcile()
			require.NoError(t, err)
		}
		swaps := slices.DeleteFunc(w.bodies, func(body string) bool { return !strings.Contains(body, `"containers"`) })
		require.Len(t, swaps, 1)
		require.Contains(t, fmt.Sprint(w.said), "SwapRefused")
	}
}

// Else a Pod whose annotations are as large as they may be would run for ever when its steps have ended.
func TestASidecarIsStoppedThoughTheResultIsRefused(t *testing.T) {
	tooLong := apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "job-x1",
		field.ErrorList{field.TooLong(field.NewPath("metadata", "annotations"), "", 262144)})
	w := makeWorld(t, makePod(isReady, aStep("a", ended(0)), aSidecar("p", readied)))
	w.refuse = func(status bool) error {
		if status {
			return tooLong
		}
		return nil
	}
	_, err := w.reconcile()
	require.ErrorContains(t, err, "patching the status of Pod default/job-x1", "it is tried again")
	require.Contains(t, fmt.Sprint(w.bodies), `"image"`)
	require.Contains(t, fmt.Sprint(w.said), "WriteRefused: ")
	require.NotContains(t, fmt.Sprint(w.said), "SwapRefused")
}

// The scheduling gate goes after its word: without it, what was true once would be asked for again.
func TestAPodStaysInTheQueueWhileItsWordIsRefused(t *testing.T) {
	pod := makePod(aSidecar("app", unknown), isHeld, isReleased, annotated("orderly.dev/resolved-waits", "- service: db\n"),
		saying(corev1.ConditionFalse, "x", started))
	w := makeWorld(t, pod)
	w.refuse = func(status bool) error { return map[bool]error{true: otherFault}[status] }
	_, err := w.reconcile()
	require.Error(t, err)
	require.NotContains(t, fmt.Sprint(w.bodies), "schedulingGates")
}

func TestAPodThatVanishedIsForgotten(t *testing.T) {
	w := makeWorld(t)
	result, err := w.reconcile()
	require.NoError(t, err)
	require.Zero(t, result)
	require.Len(t, w.forgotten, 1)
}

func TestOnlyClosedGatesAreLookedFor(t *testing.T) {
	const waits = "- service: db\n- service: mq\n  for: [nova]\n"
	annotatedWaits := annotated("orderly.dev/resolved-waits", waits)
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want []int
	}{
		{"both gates", makePod(annotatedWaits, aStep("a", running), aGated("nova", running)), []int{2}},
		{"one of two", makePod(annotatedWaits, isReady, aStep("a", running), aGated("nova", running)), []int{1}},
		{"none that is closed", makePod(annotatedWaits, isReady, aStep("a", running)), nil},
		{"being deleted", makePod(annotatedWaits, aStep("a", running), deleted, func(pod *corev1.Pod) { pod.Finalizers = []string{"example.com/x"} }), nil},
		{"a Pod that only claims to be ours", makePod(annotatedWaits, aSidecar("app", running)), nil},
		{"a Pod that is not managed", makePod(annotatedWaits, unmanaged, aStep("a", running)), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := makeWorld(t, tc.pod)
			_, err := w.reconcile()
			require.NoError(t, err)
			require.Equal(t, tc.want, w.looked)
			require.Equal(t, tc.want == nil, len(w.forgotten) > 0)
		})
	}
}
