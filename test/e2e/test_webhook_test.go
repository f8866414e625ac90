package e2e

import (
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	certutil "k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// webhookOptions describe a mutating webhook that somebody else runs in the same cluster.
type webhookOptions struct {
	namespace string
	order     webhookOrder
	change    func(*corev1.Pod)
}

// webhookOrder is the start of a configuration's name. The API server calls configurations in the order of their names.
type webhookOrder string

const (
	beforeOrderly webhookOrder = "0-before-"
	afterOrderly  webhookOrder = "99-after-"
)

// position is where a container is added.
type position int

const (
	atTheStart position = iota
	atTheEnd
)

// addOnce adds a container unless the Pod has it already: a webhook may be called twice.
func addOnce(pod *corev1.Pod, c corev1.Container, where position) {
	has := func(have corev1.Container) bool { return have.Name == c.Name }
	if slices.ContainsFunc(pod.Spec.Containers, has) || slices.ContainsFunc(pod.Spec.InitContainers, has) {
		return
	}
	at := 0
	if where == atTheEnd {
		at = len(pod.Spec.Containers)
	}
	pod.Spec.Containers = slices.Insert(pod.Spec.Containers, at, c)
}

// serveWebhook serves a webhook from this process until the test ends, and returns when the API server calls it.
func serveWebhook(t *testing.T, options webhookOptions) {
	t.Helper()
	address, ca, server := startServer(t, handlePods(t, options.change))
	t.Cleanup(server.Close)
	fail, none := admissionregistrationv1.Fail, admissionregistrationv1.SideEffectClassNone
	again := admissionregistrationv1.IfNeededReinvocationPolicy
	name := string(options.order) + options.namespace
	_, err := client.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(t.Context(), &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name:                    "pods.example.com",
			ClientConfig:            admissionregistrationv1.WebhookClientConfig{URL: &address, CABundle: ca},
			AdmissionReviewVersions: []string{"v1"},
			FailurePolicy:           &fail,
			SideEffects:             &none,
			ReinvocationPolicy:      &again,
			NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: options.namespace}},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
		}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, client.AdmissionregistrationV1().MutatingWebhookConfigurations().Delete(cleanupContext(t), name, metav1.DeleteOptions{}))
	})
	waitUntilCalled(t, options.namespace)
}

// calledLabel is what a webhook of the tests leaves on each Pod.
const calledLabel = "example.com/called"

// handlePods answers reviews of Pods with a patch that makes the change.
func handlePods(t *testing.T, change func(*corev1.Pod)) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var review admissionv1.AdmissionReview
		var pod corev1.Pod
		if err := json.Unmarshal(body, &review); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := json.Unmarshal(review.Request.Object.Raw, &pod); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		metav1.SetMetaDataLabel(&pod.ObjectMeta, calledLabel, "true")
		change(&pod)
		review.Response = patchResponse(review.Request, &pod)
		if err := json.NewEncoder(w).Encode(review); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

func patchResponse(request *admissionv1.AdmissionRequest, pod *corev1.Pod) *admissionv1.AdmissionResponse {
	changed, err := json.Marshal(pod)
	if err != nil {
		response := admission.Errored(http.StatusInternalServerError, err)
		return &response.AdmissionResponse
	}
	response := admission.PatchResponseFromRaw(request.Object.Raw, changed)
	if err := response.Complete(admission.Request{AdmissionRequest: *request}); err != nil {
		response = admission.Errored(http.StatusInternalServerError, err)
	}
	return &response.AdmissionResponse
}

// startServer serves over TLS on the address of this machine that the API server can reach.
func startServer(t *testing.T, handler http.Handler) (address string, ca []byte, server *httptest.Server) {
	t.Helper()
	host := ownAddress(t)
	certificate, key, err := certutil.GenerateSelfSignedCertKey(host.String(), []net.IP{host}, nil)
	require.NoError(t, err)
	pair, err := tls.X509KeyPair(certificate, key)
	require.NoError(t, err)
	server = httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}
	require.NoError(t, server.Listener.Close())
	server.Listener, err = net.Listen("tcp", net.JoinHostPort(host.String(), "0"))
	require.NoError(t, err)
	server.StartTLS()
	block, _ := pem.Decode(certificate)
	require.NotNil(t, block)
	return "https://" + server.Listener.Addr().String(), certificate, server
}

// ownAddress is the address of this machine on the way to the API server. Nothing is sent.
func ownAddress(t *testing.T) net.IP {
	t.Helper()
	api, err := url.Parse(restConfig.Host)
	require.NoError(t, err)
	connection, err := net.Dial("udp", api.Host)
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close()) }()
	local, isUDP := connection.LocalAddr().(*net.UDPAddr)
	require.True(t, isUDP)
	return local.IP
}

// waitUntilCalled waits until the API server has learnt of the configuration: until a dry run shows what it does.
func waitUntilCalled(t *testing.T, namespace string) {
	t.Helper()
	waitFor(t, "the API server to call the second webhook", func() (bool, string) {
		probe := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{GenerateName: "probe-"},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{shell("probe", "true")}},
		}
		pod, err := client.CoreV1().Pods(namespace).Create(t.Context(), probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if err != nil {
			return false, err.Error()
		}
		return pod.Labels[calledLabel] != "", "not called"
	})
}
