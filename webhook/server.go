package webhook

import (
	"crypto/tls"
	"net/http"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"orderly.dev/mutate"
)

// Paths that the webhook configuration refers to.
const (
	PodPath      = "/mutate-pod"
	JobPath      = "/mutate-job"
	CronJobPath  = "/mutate-cronjob"
	WorkloadPath = "/validate-workload"
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

// Deciders are asked about requests. One that is not set has no path.
type Deciders struct {
	Pods      Decider[*corev1.Pod]
	Jobs      Decider[*batchv1.Job]
	CronJobs  Decider[*batchv1.CronJob]
	Workloads Decider[*mutate.Workload]
}

// Register puts the deciders at their paths.
func Register(registry Registry, deciders Deciders) {
	register(registry, PodPath, &handler[*corev1.Pod]{
		kinds:  kindsOf(corev1.SchemeGroupVersion, "Pod"),
		decode: decode[corev1.Pod],
		decide: deciders.Pods,
	})
	register(registry, JobPath, &handler[*batchv1.Job]{
		kinds:  kindsOf(batchv1.SchemeGroupVersion, "Job"),
		decode: decode[batchv1.Job],
		decide: deciders.Jobs,
	})
	register(registry, CronJobPath, &handler[*batchv1.CronJob]{
		kinds:  kindsOf(batchv1.SchemeGroupVersion, "CronJob"),
		decode: decode[batchv1.CronJob],
		decide: deciders.CronJobs,
	})
	register(registry, WorkloadPath, &handler[*mutate.Workload]{
		kinds:  kindsOf(appsv1.SchemeGroupVersion, "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
		decode: decodeWorkload,
		decide: deciders.Workloads,
	})
}

func register[T comparable](registry Registry, path string, h *handler[T]) {
	if h.decide.Create != nil {
		registry.Register(path, &endpoint{webhook: admission.Webhook{Handler: h}})
	}
}

func kindsOf(version schema.GroupVersion, names ...string) []schema.GroupVersionKind {
	var kinds []schema.GroupVersionKind
	for _, name := range names {
		kinds = append(kinds, version.WithKind(name))
	}
	return kinds
}

// decodeWorkload decodes what all kinds of workloads have in common.
func decodeWorkload(_ schema.GroupVersionKind, text []byte) (*mutate.Workload, error) {
	w := &mutate.Workload{}
	return w, decodeInto(w, text)
}
