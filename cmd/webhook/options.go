package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/cmd/internal/daemon"
	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
	"orderly.dev/webhook/certificates"
	"orderly.dev/webhook/registry"
)

// options are the flags as they were given.
type options struct {
	port                                  int
	namespace, service, secret            string
	configuration                         string
	toolsImage, toolsPullPolicy, delivery string
	cloneImage                            string
	knownSidecars                         []string
	registry                              registry.Options
	daemon                                daemon.Flags
}

// settings are options that were found right.
type settings struct {
	port                          int
	healthAddress, metricsAddress string
	certificates                  certificates.Options
	mutate                        mutate.Config
	registry                      registry.Options
	logger                        *slog.Logger
}

func (o *options) addFlags(flags *pflag.FlagSet) {
	flags.IntVar(&o.port, "port", 9443, "port of the webhook, on all addresses")
	flags.StringVar(&o.namespace, "namespace", os.Getenv("POD_NAMESPACE"), "namespace of Service and Secret (default $POD_NAMESPACE)")
	flags.StringVar(&o.service, "service-name", "orderly-webhook", "Service that the webhook configuration refers to")
	flags.StringVar(&o.secret, "secret-name", "orderly-webhook-tls", "Secret for the certificate; it is created")
	flags.StringVar(&o.configuration, "webhook-configuration", "00-orderly", "name of the two webhook configurations whose caBundle is kept")
	flags.StringVar(&o.toolsImage, "tools-image", "", "image that holds the wrapper (required)")
	flags.StringVar(&o.toolsPullPolicy, "tools-pull-policy", "", "Always, IfNotPresent or Never, for both images (default: the API's for the tag)")
	flags.StringVar(&o.cloneImage, "clone-image", "", "image that holds the cloner and git (required)")
	flags.StringVar(&o.delivery, "delivery", string(mutate.DeliveryAuto), "how the wrapper gets into a Pod: imageVolume, initContainer for older nodes, or auto: what every node can")
	flags.StringSliceVar(&o.knownSidecars, "known-sidecars", nil, "names of containers that this cluster's own webhooks add, beside the well-known ones")
	addRegistryFlags(flags, &o.registry)
	o.daemon.Add(flags)
}

// parse checks the flags and reports everything that is wrong.
func (o *options) parse() (settings, daemon.UsageError) {
	var problems daemon.UsageError
	if o.port < 1 || o.port > 65535 {
		problems = append(problems, fmt.Errorf("--port %d is not between 1 and 65535", o.port))
	}
	for _, required := range []struct{ value, problem string }{
		{o.namespace, "--namespace is missing: set it, or the environment variable POD_NAMESPACE"},
		{o.service, "--service-name is empty: it names the Service that the webhook configuration refers to"},
		{o.secret, "--secret-name is empty: it names the Secret for the certificate"},
		{o.configuration, "--webhook-configuration is empty: it names the configuration whose caBundle is kept"},
		{o.toolsImage, "--tools-image is missing: it names the image that holds the wrapper"},
		{o.cloneImage, "--clone-image is missing: it names the image that holds the cloner and git"},
	} {
		if required.value == "" {
			problems = append(problems, errors.New(required.problem))
		}
	}
	policy := corev1.PullPolicy(o.toolsPullPolicy)
	if !slices.Contains([]corev1.PullPolicy{"", corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever}, policy) {
		problems = append(problems, fmt.Errorf("--tools-pull-policy %q is none of Always, IfNotPresent, Never", policy))
	}
	for _, name := range o.knownSidecars {
		if !contract.IsName(name) {
			problems = append(problems, fmt.Errorf("--known-sidecars: %q cannot be the name of a container", name))
		}
	}
	delivery, err := mutate.ParseDelivery(o.delivery)
	if err != nil {
		problems = append(problems, fmt.Errorf("--delivery: %w", err))
	}
	logger, err := o.daemon.Logger(os.Stderr)
	if err != nil {
		problems = append(problems, err)
	}
	return settings{
		port:           o.port,
		healthAddress:  o.daemon.HealthAddress,
		metricsAddress: o.daemon.MetricsAddress,
		certificates:   o.certificates(),
		mutate: mutate.Config{
			ToolsImage: o.toolsImage, ToolsPullPolicy: policy, CloneImage: o.cloneImage, Delivery: delivery,
			KnownSidecars: o.knownSidecars, Version: version,
		},
		registry: o.registry,
		logger:   logger,
	}, problems
}

func (o *options) certificates() certificates.Options {
	return certificates.Options{
		Namespace:     o.namespace,
		Secret:        o.secret,
		Configuration: o.configuration,
		Policy:        certificates.DefaultPolicy(certificates.ServiceNames(o.service, o.namespace)...),
	}
}
