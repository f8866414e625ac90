// Command companion measures Orderly's companion loop as it is shipped, at a real kube-apiserver with etcd, and prints lines
// "name value unit".
//
//	KUBEBUILDER_ASSETS=$(bin/cluster assets) go run ./test/bench/companion bin/sidecarstop
//
// It runs at the root of the repository. The loop is its binary, with the rights of its ServiceAccount as manifests/install.yaml grants
// them, and takes part in leader election as in a cluster. Pods are what admission makes of three steps and a sidecar; every two belong to
// one Job. There is no kubelet: this program patches the statuses that one would report. What the loop asks of the API server is counted
// in the API server's audit log.
//
//	companion_base_rss_mb     resident memory without any Pod, after it has settled
//	companion_1k_rss_mb       the same with 1,000 Pods, which wait for their sidecars and all for one Service
//	companion_10k_rss_mb      the same with 10,000
//	companion_10k_start_rss_mb   the same of one that was started when the Pods were there; …_peak_mb is the most it ever had
//	companion_rss_ratio       what a Pod takes with 10,000 over what it takes with 1,000: 1 is linear
//	ready_flip_p50_ms, …_p99_ms   the answer to the kubelet's patch that says that the sidecar is ready → READY seen by a watch, with 200 such
//	                          patches a second and 1,000 other Pods
//	ready_flip_10k_…          the same with 10,000; ready_flip_10k_ratio is p50 over p50
//	ready_flip_calm_…         both with 50 patches a second
//	ready_flip_…asked_p50_ms  of it, until the loop's request has reached the API server: the rest is not the loop's
//	ready_flip_…rate          how many patches a second the API server really took
//	ready_flip_…cpu_ms        the processor's time of a Pod meanwhile in the loop, in the API server with etcd, and in this program, which is the
//	                          kubelet; together 10 ms are all that two cores have for 200 a second, and what is beyond waits in a queue
//	pod_writes_per_pod        requests of the loop that write to a Pod, from its creation to its end
//	events_per_pod            Events that the loop makes meanwhile, on Pods and Jobs
//	dependency_flip_p50_ms, …_p99_ms, …_all_ms   the answer to a Service's first ready endpoint → READY, for 1,000 Pods that wait for nothing else
//	dependency_watches        watches that the loop has open for these 10,000 Pods, beside those that it has without any
//	failover_term_s           the leader gets SIGTERM → first READY by the other replica
//	failover_kill_s           the same with SIGKILL; companion_lease_s is how long the other has to wait before it may act
//
// Figures of time are medians of several rounds.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"orderly.dev/test/bench/figure"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: companion PATH-OF-SIDECARSTOP")
		os.Exit(2)
	}
	log.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

// show prints figures as soon as they are known.
func show(figures ...figure.Figure) {
	for _, f := range figures {
		fmt.Println(f)
	}
}
