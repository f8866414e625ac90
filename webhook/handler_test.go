package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-logr/logr/funcr"
	"github.com/stretchr/testify/require"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"orderly.dev/mutate"
)

// rawPod is as a newer API server could send it: with fields that no version has, and a quantity that is not canonical.
const rawPod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","uid":"u","creationTimestamp":null,"newer":{"a":[1]}},
"spec":{"newer":9007199254740993,"restartPolicy":"Never","containers":[
 {"name":"a","image":"i","newer":"a's","resources":{"limits":{"cpu":"0.5"}},"env":[{"name":"E","value":"1","newer":true}]},
 {"name":"proxy","image":"i","newer":"proxy's"},
 {"name":"b","image":"i","newer":"b's","env":[]}]}}`

func makeReview(t *testing.T, change func(*admissionv1.AdmissionRequest)) *admissionv1.AdmissionReview {
	t.Helper()
	request := &admissionv1.AdmissionRequest{
		UID:       "review",
		Kind:      metav1.GroupVersionKind{Version: "v1", Kind: "Pod"},
		Resource:  metav1.GroupVersionResource{Version: "v1", Resource: "pods"},
		Name:      "p",
		Namespace: "n",
		Operation: admissionv1.Create,
		Object:    runtime.RawExtension{Raw: []byte(rawPod)},
	}
	if change != nil {
		change(request)
	}
	return &admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request:  request,
	}
}

// answer gives the response of the handler of Pods.
func answer(t *testing.T, pods Rewriter[*corev1.Pod], review *admissionv1.AdmissionReview) *admissionv1.AdmissionResponse {
	t.Helper()
	return answerAt(t, PodPath, Deciders{Pods: Decider[*corev1.Pod]{Create: pods}}, review)
}

// answerAt gives the response of the handlers, through HTTP and JSON as the API server gets it.
func answerAt(t *testing.T, path string, deciders Deciders, review *admissionv1.AdmissionReview) *admissionv1.AdmissionResponse {
	t.Helper()
	mux := http.NewServeMux()
	Register(RegistryFunc(mux.Handle), deciders)
	body, err := json.Marshal(review)
	require.NoError(t, err)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, request)
	require.Equal(t, http.StatusOK, recorder.Code)
	var answered admissionv1.AdmissionReview
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answered))
	require.EqualValues(t, "review", answered.Response.UID)
	return answered.Response
}

// denying gives a rewriter that finds these problems.
func denying(problems ...*field.Error) Rewriter[*corev1.Pod] {
	return func(_ context.Context, pod *corev1.Pod) (mutate.Result[*corev1.Pod], field.ErrorList) {
		return mutate.Result[*corev1.Pod]{Object: pod, Asked: true}, problems
	}
}

// changing gives a rewriter that changes a copy of the Pod.
func changing(change func(*corev1.Pod)) Rewriter[*corev1.Pod] {
	return func(_ context.Context, pod *corev1.Pod) (mutate.Result[*corev1.Pod], field.ErrorList) {
		pod = pod.DeepCopy()
		change(pod)
		return mutate.Result[*corev1.Pod]{Object: pod, Asked: true, Warnings: []string{"steps: a → b", "mind the gap"}}, nil
	}
}

func TestWhatTheCoreMadeIsWhatTheAPIServerGets(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*corev1.Pod)
		want   string
	}{
		{"nothing changed", func(*corev1.Pod) {}, rawPod},
		{
			"a sidecar becomes an init container, a command is wrapped, env and metadata are added",
			func(p *corev1.Pod) {
				p.Annotations = map[string]string{"orderly.dev/ready": "READY"}
				p.Spec.InitContainers = []corev1.Container{p.Spec.Containers[1]}
				p.Spec.Containers = []corev1.Container{p.Spec.Containers[0], p.Spec.Containers[2]}
				p.Spec.Containers[0].Command = []string{"w"}
				p.Spec.Containers[1].Env = []corev1.EnvVar{{Name: "F"}}
			},
			`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","uid":"u","creationTimestamp":null,"newer":{"a":[1]},
 "annotations":{"orderly.dev/ready":"READY"}},
 "spec":{"newer":9007199254740993,"restartPolicy":"Never",
 "initContainers":[{"name":"proxy","image":"i","newer":"proxy's"}],"containers":[
 {"name":"a","image":"i","newer":"a's","resources":{"limits":{"cpu":"0.5"}},"env":[{"name":"E","value":"1","newer":true}],"command":["w"]},
 {"name":"b","image":"i","newer":"b's","env":[{"name":"F"}]}]}}`,
		},
		{
			"lists are reordered and grow in front, resources appear where there were none",
			func(p *corev1.Pod) {
				a, b := p.Spec.Containers[0], p.Spec.Containers[2]
				a.Env = append([]corev1.EnvVar{{Name: "D", Value: "0"}}, a.Env...)
				b.Resources.Claims = []corev1.ResourceClaim{{Name: "r"}}
				p.Spec.Containers = []corev1.Container{b, a}
			},
			`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","uid":"u","creationTimestamp":null,"newer":{"a":[1]}},
 "spec":{"newer":9007199254740993,"restartPolicy":"Never","containers":[
 {"name":"b","image":"i","newer":"b's","env":[],"resources":{"claims":[{"name":"r"}]}},
 {"name":"a","image":"i","newer":"a's","resources":{"limits":{"cpu":"0.5"}},
  "env":[{"name":"D","value":"0"},{"name":"E","value":"1","newer":true}]}]}}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			response := answer(t, changing(tc.change), makeReview(t, nil))
			require.True(t, response.Allowed)
			require.Equal(t, []string{"steps: a → b", "mind the gap"}, response.Warnings)
			require.JSONEq(t, tc.want, string(mustApply(t, rawPod, response.Patch)))
		})
	}
}

// mustApply gives what the API server makes of a patch, with the library that it uses.
func mustApply(t *testing.T, raw string, operations []byte) []byte {
	t.Helper()
	if len(operations) == 0 {
		return []byte(raw)
	}
	patch, err := jsonpatch.DecodePatch(operations)
	require.NoError(t, err)
	patched, err := patch.Apply([]byte(raw))
	require.NoError(t, err, "patch %s", operations)
	return patched
}

func TestADenialHasEveryProblemOnALineOfItsOwn(t *testing.T) {
	steps := field.NewPath("metadata", "annotations").Key("orderly.dev/steps")
	unknown := field.Invalid(steps, "x", "no container has this name")
	twice := field.Duplicate(steps.Index(1), "a")
	for _, tc := range []struct {
		name     string
		problems []*field.Error
		want     string
	}{
		{"one problem", []*field.Error{unknown},
			`Pod "p" is invalid: metadata.annotations[orderly.dev/steps]: Invalid value: "x": no container has this name`},
		{"two problems", []*field.Error{unknown, twice},
			`Pod "p" is invalid:
* metadata.annotations[orderly.dev/steps]: Invalid value: "x": no container has this name
* metadata.annotations[orderly.dev/steps][1]: Duplicate value: "a"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			response := answer(t, denying(tc.problems...), makeReview(t, nil))
			require.False(t, response.Allowed)
			require.EqualValues(t, http.StatusUnprocessableEntity, response.Result.Code)
			require.Equal(t, metav1.StatusReasonInvalid, response.Result.Reason)
			require.Equal(t, tc.want, response.Result.Message)
			require.Len(t, response.Result.Details.Causes, len(tc.problems))
			require.Empty(t, response.Patch)
		})
	}
}

func TestADeniedPodWithoutANameIsCalledByItsPrefix(t *testing.T) {
	response := answer(t, denying(field.Required(field.NewPath("spec"), "")), makeReview(t, func(r *admissionv1.AdmissionRequest) {
		r.Name, r.Object.Raw = "", []byte(`{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"build-"},"spec":{"containers":[]}}`)
	}))
	require.Contains(t, response.Result.Message, `Pod "build-" is invalid`)
}

func TestWhatIsNotTheUsersFaultIsAnInternalError(t *testing.T) {
	internal := field.InternalError(field.NewPath("config"), errors.New("no image"))
	for _, tc := range []struct {
		name string
		pods Rewriter[*corev1.Pod]
		want string
	}{
		{"the configuration", denying(field.Required(field.NewPath("spec"), ""), internal), "config: Internal error: no image"},
		{"a panic", func(context.Context, *corev1.Pod) (mutate.Result[*corev1.Pod], field.ErrorList) { panic("oh") }, "panic: oh"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			response := answer(t, tc.pods, makeReview(t, nil))
			require.False(t, response.Allowed)
			require.EqualValues(t, http.StatusInternalServerError, response.Result.Code)
			require.Contains(t, response.Result.Message, tc.want)
		})
	}
}

func TestWhyAnObjectCannotBeDecodedIsAnsweredButNotLogged(t *testing.T) {
	var logged strings.Builder
	logger := funcr.New(func(_, text string) { logged.WriteString(text) }, funcr.Options{})
	review := makeReview(t, func(r *admissionv1.AdmissionRequest) {
		r.Object.Raw = []byte(`{"kind":"Pod","apiVersion":"v1","metadata":{"creationTimestamp":"hunter2"}}`)
	})
	h := &handler[*corev1.Pod]{kinds: kindsOf(corev1.SchemeGroupVersion, "Pod"), decode: decode[corev1.Pod]}
	response := h.Handle(log.IntoContext(t.Context(), logger), admission.Request{AdmissionRequest: *review.Request})
	require.False(t, response.Allowed)
	require.Contains(t, response.Result.Message, "hunter2")
	require.Contains(t, logged.String(), "could not be decoded")
	require.NotContains(t, logged.String(), "hunter2")
}

func TestOnlyTheCreationOfTheKindIsHandled(t *testing.T) {
	unexpected := denying(field.Required(field.NewPath("spec"), "must not be asked"))
	for _, tc := range []struct {
		name   string
		change func(*admissionv1.AdmissionRequest)
		want   int32
	}{
		{"an update is allowed as it is", func(r *admissionv1.AdmissionRequest) { r.Operation = admissionv1.Update }, http.StatusOK},
		{"a subresource is allowed as it is", func(r *admissionv1.AdmissionRequest) { r.SubResource = "ephemeralcontainers" }, http.StatusOK},
		{"another kind is a bad request", func(r *admissionv1.AdmissionRequest) { r.Kind.Kind = "Job" }, http.StatusBadRequest},
		{"another version is a bad request", func(r *admissionv1.AdmissionRequest) { r.Kind.Version = "v2" }, http.StatusBadRequest},
		{"another object is a bad request", func(r *admissionv1.AdmissionRequest) {
			r.Object.Raw = []byte(`{"apiVersion":"batch/v1","kind":"Job"}`)
		}, http.StatusBadRequest},
		{"a wrong type is a bad request", func(r *admissionv1.AdmissionRequest) {
			r.Object.Raw = []byte(`{"apiVersion":"v1","kind":"Pod","spec":{"containers":1}}`)
		}, http.StatusBadRequest},
		{"no object is a bad request", func(r *admissionv1.AdmissionRequest) { r.Object.Raw = nil }, http.StatusBadRequest},
	} {
		t.Run(tc.name, func(t *testing.T) {
			response := answer(t, unexpected, makeReview(t, tc.change))
			require.Equal(t, tc.want, response.Result.Code)
			require.Equal(t, tc.want == http.StatusOK, response.Allowed)
			require.Empty(t, response.Patch)
		})
	}
}

func TestAPodThatDoesNotAskIsLeftAlone(t *testing.T) {
	response := answer(t, func(_ context.Context, pod *corev1.Pod) (mutate.Result[*corev1.Pod], field.ErrorList) {
		return mutate.Result[*corev1.Pod]{Object: pod}, nil
	}, makeReview(t, nil))
	require.True(t, response.Allowed)
	require.Empty(t, response.Patch)
	require.Empty(t, response.Warnings)
}
