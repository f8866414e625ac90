package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"orderly.dev/cmd/internal/daemon"
	"orderly.dev/webhook"
	"orderly.dev/webhook/certificates"
	"orderly.dev/webhook/cluster"
	"orderly.dev/webhook/registry"
)

// shutdownTimeout bounds how long requests in flight may take after the drain. With it the program ends within 10 s.
const shutdownTimeout = 4 * time.Second

// run serves until the context is done, and the drain after that.
func run(ctx context.Context, s settings) error {
	daemon.UseLogger(s.logger)
	webhook.SpendMemory(os.DirFS("/sys/fs/cgroup"))
	drain := &webhook.Drain{}
	mgr, err := newManager(ctx, s, drain)
	if err != nil {
		return err
	}
	s.logger.Info("Starting", "version", version, "toolsImage", s.mutate.ToolsImage, "cloneImage", s.mutate.CloneImage, "delivery", s.mutate.Delivery)
	return mgr.Start(drain.Context(ctx, webhook.DrainPeriod))
}

func newManager(ctx context.Context, s settings, drain *webhook.Drain) (manager.Manager, error) {
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
		Cache:                   cluster.CacheOptions(),
	})
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", config.Host, err)
	}
	surroundings, err := cluster.Watch(ctx, mgr.GetCache())
	if err != nil {
		return nil, err
	}
	deciders, err := newDeciders(s, mgr.GetAPIReader(), surroundings.Find)
	if err != nil {
		return nil, err
	}
	webhook.Register(drain.Registry(mgr.GetWebhookServer()), deciders)
	return mgr, errors.Join(
		certificates.Manage(mgr, serving, s.certificates),
		serving.Measure(metrics.Registry),
		mgr.AddHealthzCheck("ping", healthz.Ping),
		mgr.AddReadyzCheck("certificate", serving.Ready),
		mgr.AddReadyzCheck("cluster", surroundings.Ready),
		mgr.AddReadyzCheck("server", server.StartedChecker()),
		mgr.AddReadyzCheck("running", drain.Ready),
	)
}

// newDeciders ties the pure core to its configuration and to what is found out about an object. Images are looked up for Pods
// alone.
func newDeciders(s settings, secrets client.Reader, surroundings webhook.Source) (webhook.Deciders, error) {
	s.registry.Secrets = secretReader(secrets)
	images, err := registry.New(s.registry)
	if err != nil {
		return webhook.Deciders{}, fmt.Errorf("preparing to look images up: %w", err)
	}
	return webhook.Deciders{
		Pods:      webhook.Pods(s.mutate, surroundings, images.Source(s.mutate)),
		Jobs:      webhook.Jobs(s.mutate, surroundings),
		CronJobs:  webhook.CronJobs(s.mutate, surroundings),
		Workloads: webhook.Workloads(s.mutate),
	}, nil
}
