package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"orderly.dev/cmd/internal/daemon"
	"orderly.dev/sidecarstop"
)

// run runs the loop until the context is done.
func run(ctx context.Context, s settings) error {
	daemon.UseLogger(s.logger)
	mgr, err := newManager(s)
	if err != nil {
		return err
	}
	s.logger.Info("Starting", "version", version, "nopImage", s.nopImage)
	return mgr.Start(ctx)
}

func newManager(s settings) (manager.Manager, error) {
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, fmt.Errorf("finding the cluster: %w; outside a cluster, set --kubeconfig or KUBECONFIG", err)
	}
	// No limit on the client's side, which would be shared by all Pods: the API server's priority and fairness does it.
	config.QPS = -1
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Cache:                  sidecarstop.CacheOptions(),
		HealthProbeBindAddress: s.healthAddress,
		Metrics:                metricsserver.Options{BindAddress: s.metricsAddress},
	})
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", config.Host, err)
	}
	if err := sidecarstop.Add(mgr, s.nopImage); err != nil {
		return nil, err
	}
	return mgr, errors.Join(
		mgr.AddHealthzCheck("ping", healthz.Ping),
		mgr.AddReadyzCheck("cache", synced(mgr.GetCache())),
	)
}

// syncPatience is how long a readiness probe waits for the cache; a kubelet gives up after 1 s by default.
const syncPatience = 500 * time.Millisecond

// synced fails until the cache has heard of every Pod that there is.
func synced(pods cache.Cache) healthz.Checker {
	return func(request *http.Request) error {
		ctx, cancel := context.WithTimeout(request.Context(), syncPatience)
		defer cancel()
		if !pods.WaitForCacheSync(ctx) {
			return errors.New("the Pods of the cluster are not known yet")
		}
		return nil
	}
}
