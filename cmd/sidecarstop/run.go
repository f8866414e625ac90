package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"orderly.dev/cmd/internal/daemon"
	"orderly.dev/sidecarstop"
)

// gcPercent makes Go collect garbage when there is half as much as there is alive, rather than as much. Nearly all that lives is the cache, and at
// the start every Pod of the cluster comes in whole before it is reduced. For 10,000 Pods that is a fifth less memory. GOGC in the environment wins.
const gcPercent = 50

// run runs the loop until the context is done.
func run(ctx context.Context, s settings) error {
	daemon.UseLogger(s.logger)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	mgr, err := newManager(ctx, s)
	if err != nil {
		return err
	}
	s.logger.Info("Starting", "version", version, "nopImage", s.loop.Settings.NopImage, "alone", s.election.isAlone(), "identity", s.election.identity)
	return mgr.Start(ctx)
}

func newManager(ctx context.Context, s settings) (manager.Manager, error) {
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, fmt.Errorf("finding the cluster: %w; outside a cluster, set --kubeconfig or KUBECONFIG", err)
	}
	// No limit on the client's side, which would be shared by all Pods: the API server's priority and fairness does it.
	config.QPS = -1
	options := ctrl.Options{
		Cache:                  sidecarstop.CacheOptions(),
		HealthProbeBindAddress: s.healthAddress,
		Metrics:                metricsserver.Options{BindAddress: s.metricsAddress},
	}
	if err := s.election.addTo(&options, config); err != nil {
		return nil, err
	}
	mgr, err := ctrl.NewManager(config, options)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", config.Host, err)
	}
	if err := sidecarstop.Add(mgr, s.loop); err != nil {
		return nil, err
	}
	return mgr, errors.Join(
		warmUp(ctx, mgr.GetCache()),
		mgr.AddHealthzCheck("ping", healthz.Ping),
		mgr.AddReadyzCheck("cache", synced(mgr.GetCache())),
	)
}

// warmUp makes the cache hear of Pods before the replica leads; else the watch would begin with the first controller, which only the
// leader starts. When that starts, it is told of the Pods that there are. Its own way to be warm, EnableWarmup, would collect the
// names of all Pods that ever were, for as long as the replica does not lead.
func warmUp(ctx context.Context, pods cache.Cache) error {
	if _, err := pods.GetInformer(ctx, &corev1.Pod{}); err != nil {
		return fmt.Errorf("preparing to watch Pods: %w", err)
	}
	return nil
}

// syncPatience is how long a readiness probe waits for the cache; a kubelet gives up after 1 s by default.
const syncPatience = 500 * time.Millisecond

// synced fails until the cache has heard of every Pod that there is. A replica that does not lead is ready, too: it is what the
// leader's work falls to.
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
