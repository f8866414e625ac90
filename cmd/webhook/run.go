package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"orderly.dev/cmd/internal/daemon"
	"orderly.dev/mutate"
	"orderly.dev/webhook"
	"orderly.dev/webhook/certificates"
)

// shutdownTimeout bounds how long requests in flight may take after the drain. With it the program ends within 10 s.
const shutdownTimeout = 4 * time.Second

// run serves until the context is done, and the drain after that.
func run(ctx context.Context, s settings) error {
	daemon.UseLogger(s.logger)
	drain := &webhook.Drain{}
	mgr, err := newManager(s, drain)
	if err != nil {
		return err
	}
	s.logger.Info("Starting", "version", version, "toolsImage", s.mutate.ToolsImage, "delivery", s.mutate.Delivery)
	return mgr.Start(drain.Context(ctx, webhook.DrainPeriod))
}

func newManager(s settings, drain *webhook.Drain) (manager.Manager, error) {
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, fmt.Errorf("finding the cluster: %w; outside a cluster, set --kubeconfig", err)
	}
	serving := &certificates.Serving{}
	server := webhook.NewServer(s.port, serving.GetCertificate)
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		WebhookServer:           server,
		HealthProbeBindAddress:  s.healthAddress,
		Metrics:                 metricsserver.Options{BindAddress: s.metricsAddress},
		GracefulShutdownTimeout: new(shutdownTimeout),
	})
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", config.Host, err)
	}
	register(drain.Registry(mgr.GetWebhookServer()), s.mutate)
	return mgr, errors.Join(
		certificates.Manage(mgr, serving, s.certificates),
		mgr.AddHealthzCheck("ping", healthz.Ping),
		mgr.AddReadyzCheck("certificate", serving.Ready),
		mgr.AddReadyzCheck("server", server.StartedChecker()),
		mgr.AddReadyzCheck("running", drain.Ready),
	)
}

// register ties the pure core, with its configuration, to the paths of the server.
func register(registry webhook.Registry, config mutate.Config) {
	webhook.Register(registry,
		func(pod *corev1.Pod) (mutate.Result[*corev1.Pod], field.ErrorList) { return mutate.Pod(pod, config) },
		func(job *batchv1.Job) (mutate.Result[*batchv1.Job], field.ErrorList) { return mutate.Job(job, config) },
	)
}
