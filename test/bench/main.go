// Command bench measures Orderly on a real node, beside the same work without it, and prints lines "name value unit".
// Kinds of work that are compared run in turn, so that a slow moment of the machine hits all alike; each figure is the median.
//
//	pod_overhead_ms   a Job of one trivial step, created → Complete, minus the same bare Job
//	ready_flip_ms     a sidecar's readiness seen at the API → READY seen at the API
//	sidecar_stop_ms   the last step ended → Job Complete, with a sidecar that obeys SIGTERM; bare_sidecar_stop_ms is the
//	                  same for a bare Job whose sidecar is written as a native one, which nothing can beat
//	ten_steps_ratio   a Job of ten steps of 0.3 s over a bare Job of one container of 3 s
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	runs := flag.Int("runs", 10, "how often each kind of work is done")
	image := flag.String("image", "10.89.0.1:5000/test/busybox:dev", "an image with a shell")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *runs, *image); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, runs int, image string) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return fmt.Errorf("reading KUBECONFIG: %w", err)
	}
	config.QPS, config.Burst, config.WarningHandler = 200, 400, rest.NoWarnings{}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	b := &bench{client: client, image: image}
	if err := b.open(ctx); err != nil {
		return err
	}
	defer b.close(context.WithoutCancel(ctx))
	samples := map[string][]time.Duration{}
	for i := range runs + 1 { // the first run warms up and does not count
		fmt.Fprintf(os.Stderr, "run %d of %d\n", i, runs)
		for _, w := range works() {
			took, err := b.measure(ctx, w)
			if err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			for name, d := range took {
				if i > 0 {
					samples[name] = append(samples[name], d)
				}
			}
		}
	}
	report(samples)
	return nil
}
