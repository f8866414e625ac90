package integration

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

func TestRegistriesAreReachedThroughTheProxy(t *testing.T) {
	asked := make(chan string, 100)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	t.Setenv("HTTPS_PROXY", proxy.URL) // which the replica inherits
	behind := mustStartReplica(t)

	answer := mustAsk(t, behind, makePod("default", withSteps(), func(p *corev1.Pod) { p.Spec.Containers[2].Command = nil }))
	require.False(t, answer.Allowed)
	require.Contains(t, answer.Result.Message, "asking registry registry.example: Forbidden")
	require.Equal(t, "CONNECT registry.example:443", <-asked)
}

// mustAsk sends the creation of a Pod to one replica, as the API server would.
func mustAsk(t *testing.T, to *replica, pod *corev1.Pod) *admissionv1.AdmissionResponse {
	t.Helper()
	pod.APIVersion, pod.Kind = "v1", "Pod"
	object, err := json.Marshal(pod)
	require.NoError(t, err)
	review, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "1", Kind: metav1.GroupVersionKind{Version: "v1", Kind: "Pod"}, Resource: metav1.GroupVersionResource{Version: "v1", Resource: "pods"},
			Name: pod.Name, Namespace: pod.Namespace, Operation: admissionv1.Create, Object: runtime.RawExtension{Raw: object},
		},
	})
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("https://localhost:%d/mutate-pod", to.port), bytes.NewReader(review))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(mustGetSecret(t).Data["ca.crt"])
	direct := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "orderly-webhook." + systemSpace + ".svc"}, DisableKeepAlives: true}
	response, err := direct.RoundTrip(request)
	require.NoError(t, err)
	defer closeAll(response.Body)
	var answered admissionv1.AdmissionReview
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answered))
	return answered.Response
}
