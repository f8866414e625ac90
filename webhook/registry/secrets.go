package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// SecretReader reads one Secret. Errors are those of the API.
type SecretReader interface {
	ReadSecret(ctx context.Context, namespace, name string) (*corev1.Secret, error)
}

// SecretReaderFunc is a function as a [SecretReader].
type SecretReaderFunc func(ctx context.Context, namespace, name string) (*corev1.Secret, error)

var _ SecretReader = SecretReaderFunc(nil)

// ReadSecret calls the function.
func (f SecretReaderFunc) ReadSecret(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
	return f(ctx, namespace, name)
}

// maxPullSecrets bounds how many Secrets are read for a Pod.
const maxPullSecrets = 20

// credentials are all that a Pod may use.
type credentials struct {
	ofPod, ofOperator keyring
	// own is that of whoever runs the program, see [Options.OwnLogins].
	own login
	// notes say which of them could not be read, and what to do.
	notes []string
}

// find returns those for a repository in the order in which they are tried; anonymous where there are none.
func (c credentials) find(repository name.Repository) []login {
	var logins []login
	if c.own.key != "" {
		logins = append(logins, c.own)
	}
	for _, l := range slices.Concat(c.ofPod.find(repository), c.ofOperator.find(repository)) {
		if !slices.ContainsFunc(logins, func(other login) bool { return other.key == l.key }) {
			logins = append(logins, l)
		}
	}
	if len(logins) == 0 {
		return []login{{}}
	}
	return logins
}

// readCredentials reads the Secrets of a Pod one by one. Like the kubelet it goes on where one of them is of no use.
func (r *Registry) readCredentials(ctx context.Context, pod *corev1.Pod) credentials {
	var all credentials
	references := pod.Spec.ImagePullSecrets
	if r.options.OwnLogins {
		references = nil
	}
	for i, reference := range references {
		if i == maxPullSecrets {
			all.notes = append(all.notes, fmt.Sprintf("of imagePullSecrets only the first %d are read", maxPullSecrets))
			break
		}
		if note := r.readSecret(ctx, &all.ofPod, pod.Namespace, reference.Name); note != "" {
			all.notes = append(all.notes, note)
		}
	}
	ring, err := readDockerConfig(r.options.DockerConfig)
	if err != nil {
		all.notes = append(all.notes, "the webhook cannot read its operator's docker configuration")
	}
	all.ofOperator = ring
	return all
}

// readSecret adds a Secret to the ring, or says why it cannot.
func (r *Registry) readSecret(ctx context.Context, ring *keyring, namespace, secretName string) string {
	if r.options.Secrets == nil {
		return "the webhook does not read imagePullSecrets"
	}
	secret, err := r.options.Secrets.ReadSecret(ctx, namespace, secretName)
	switch {
	case apierrors.IsForbidden(err):
		return fmt.Sprintf("the webhook may not read Secrets in namespace %s, here %s of imagePullSecrets: apply manifests/registry-reader.yaml there",
			namespace, secretName)
	case apierrors.IsNotFound(err):
		return fmt.Sprintf("there is no Secret %s in namespace %s, which imagePullSecrets names", secretName, namespace)
	case err != nil:
		return fmt.Sprintf("reading Secret %s in namespace %s: %s", secretName, namespace, short(err.Error()))
	}
	if err := addSecret(ring, secret); err != nil {
		return fmt.Sprintf("Secret %s in namespace %s holds no docker configuration that can be read; make it with kubectl create secret docker-registry",
			secretName, namespace)
	}
	return ""
}

func addSecret(ring *keyring, secret *corev1.Secret) error {
	switch secret.Type {
	case corev1.SecretTypeDockerConfigJson:
		return ring.addConfig(secret.Data[corev1.DockerConfigJsonKey])
	case corev1.SecretTypeDockercfg:
		return ring.addLegacyConfig(secret.Data[corev1.DockerConfigKey])
	default:
		return fmt.Errorf("a Secret of type %q", secret.Type)
	}
}
