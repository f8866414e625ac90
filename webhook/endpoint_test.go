package webhook

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// review is what the API server sends around an object.
func review(request string) string {
	return `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":` + request + `}`
}

// ask gives the answer to a body, as the API server reads it.
func ask(t *testing.T, pods Decider[*corev1.Pod], contentType, body string) *admissionv1.AdmissionReview {
	t.Helper()
	mux := http.NewServeMux()
	Register(RegistryFunc(mux.Handle), Deciders{Pods: pods})
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, PodPath, strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, request)
	require.Equal(t, http.StatusOK, recorder.Code)
	require.Equal(t, "application/json", recorder.Header().Get("Content-Type"))
	answered := &admissionv1.AdmissionReview{}
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), answered))
	require.Equal(t, reviewKind, answered.GroupVersionKind())
	return answered
}

func TestWhatIsNoAdmissionReviewIsRefused(t *testing.T) {
	const jsonType = "application/json"
	for _, tc := range []struct {
		name, contentType, body string
		wantCode                int32
		want                    string
	}{
		{"another content type", "text/plain", review(`{}`), 400, `the content type is "text/plain", not application/json`},
		{"nothing", jsonType, "", 400, "decoding the request: unexpected end of JSON input"},
		{"no JSON", jsonType, "hello", 400, "decoding the request: invalid character 'h'"},
		{"JSON that ends early, in the object", jsonType, `{"request":{"uid":"u","object":{"kind":"Pod`, 400, "decoding the request: unexpected end of JSON input"},
		{"another kind", jsonType, `{"apiVersion":"v1","kind":"Pod"}`, 400, "the request is a /v1, Kind=Pod, not a admission.k8s.io/v1, Kind=AdmissionReview"},
		{"an older version", jsonType, strings.Replace(review(`{}`), "io/v1", "io/v1beta1", 1), 400, "the request is a admission.k8s.io/v1beta1"},
		{"no request", jsonType, review("null"), 400, "the review holds no request"},
		{"a request of another type", jsonType, review(`[1]`), 400, "decoding the request: json: cannot unmarshal array"},
		{"too long", jsonType, review(`{"uid":"` + strings.Repeat("u", maxRequest) + `"}`), 413, "the request is longer than 7340032 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answered := ask(t, Decider[*corev1.Pod]{Create: denying(field.Required(nil, "must not be asked"))}, tc.contentType, tc.body)
			require.False(t, answered.Response.Allowed)
			require.Equal(t, tc.wantCode, answered.Response.Result.Code)
			require.Contains(t, answered.Response.Result.Message, tc.want)
		})
	}
}

func TestTheObjectsMayStandAnywhereInTheRequest(t *testing.T) {
	const kind = `"kind":{"group":"","version":"v1","kind":"Pod"}`
	sent := `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","managedFields":[{"manager":"}\"","fieldsV1":{"f:spec":{}}}],"labels":{"a":"b"}}}`
	for _, tc := range []struct{ name, request string }{
		{"first", `{"object":` + sent + `,"oldObject":null,"uid":"u","operation":"CREATE",` + kind + `}`},
		{"last", `{"uid":"u",` + kind + `, "operation":"CREATE", "oldObject" : null , "object" : ` + sent + ` }`},
		{"alone", `{"uid":"u",` + kind + `,"operation":"CREATE","object":` + sent + `}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pods := Decider[*corev1.Pod]{Create: changing(func(p *corev1.Pod) {
				require.Equal(t, "p", p.Name)
				require.Empty(t, p.ManagedFields, "nobody asks for them")
				p.Labels["a"] = "c"
			})}
			answered := ask(t, pods, "application/json", review(tc.request))
			require.True(t, answered.Response.Allowed, answered.Response.Result)
			require.Equal(t, types.UID("u"), answered.Response.UID)
			require.Equal(t, admissionv1.PatchTypeJSONPatch, *answered.Response.PatchType)
			require.JSONEq(t, `[{"op":"replace","path":"/metadata/labels/a","value":"c"}]`, string(answered.Response.Patch))
		})
	}
}
