package main

import (
	"context"

	"github.com/spf13/pflag"
	// The image of the webhook holds nothing but the program: without these it would trust no registry at all. Where a system has
	// authorities of its own, those count.
	_ "golang.org/x/crypto/x509roots/fallback"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/webhook/registry"
)

// addRegistryFlags adds what an operator says about registries, where images are looked up that name no command.
func addRegistryFlags(flags *pflag.FlagSet, o *registry.Options) {
	flags.StringVar(&o.CAFile, "registry-ca-file", "", "PEM file of authorities that registries' certificates are also trusted by")
	flags.StringVar(&o.DockerConfig, "registry-docker-config", "", "docker config.json whose logins count behind the imagePullSecrets of a Pod")
	flags.StringSliceVar(&o.PlainHTTP, "registry-plain-http", nil, "registries, as HOST or HOST:PORT, that may be asked without TLS")
}

// secretReader reads from the API server itself: a cache would need the right to list all Secrets.
func secretReader(reader client.Reader) registry.SecretReader {
	return registry.SecretReaderFunc(func(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
		secret := &corev1.Secret{}
		return secret, reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, secret)
	})
}
