package webhook

import (
	"crypto/tls"
	"net/http"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// Paths that the webhook configuration refers to.
const (
	PodPath = "/mutate-pod"
	JobPath = "/mutate-job"
)

// CertificateSource is the source of the certificate for each new connection, as in [tls.Config].
type CertificateSource func(*tls.ClientHelloInfo) (*tls.Certificate, error)

// NewServer returns a server on all addresses and the given port, with no path registered yet. It speaks TLS 1.3, and HTTP/1.1
// only: HTTP/2 would let a client open and reset streams faster than they can be answered.
func NewServer(port int, certificate CertificateSource) ctrlwebhook.Server {
	return ctrlwebhook.NewServer(ctrlwebhook.Options{
		Port: port,
		TLSOpts: []func(*tls.Config){func(config *tls.Config) {
			config.MinVersion = tls.VersionTLS13
			config.NextProtos = []string{"http/1.1"}
			config.GetCertificate = certificate
		}},
	})
}

// Registry registers handlers by path; it is the part of a [ctrlwebhook.Server] that [Register] needs.
type Registry interface {
	Register(path string, handler http.Handler)
}

// RegistryFunc is a function as a [Registry].
type RegistryFunc func(path string, handler http.Handler)

var _ Registry = RegistryFunc(nil)

// Register calls the function.
func (f RegistryFunc) Register(path string, handler http.Handler) { f(path, handler) }

// Register puts the two rewriters at their paths.
func Register(registry Registry, pods Rewriter[*corev1.Pod], jobs Rewriter[*batchv1.Job]) {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	utilruntime.Must(batchv1.AddToScheme(scheme))
	decoder := admission.NewDecoder(scheme)
	registry.Register(PodPath, &admission.Webhook{Handler: &handler[*corev1.Pod]{
		kind:    corev1.SchemeGroupVersion.WithKind("Pod"),
		decoder: decoder,
		empty:   func() *corev1.Pod { return &corev1.Pod{} },
		rewrite: pods,
	}})
	registry.Register(JobPath, &admission.Webhook{Handler: &handler[*batchv1.Job]{
		kind:    batchv1.SchemeGroupVersion.WithKind("Job"),
		decoder: decoder,
		empty:   func() *batchv1.Job { return &batchv1.Job{} },
		rewrite: jobs,
	}})
}
