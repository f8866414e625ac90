// Command apiserver measures what Orderly's webhook adds to the creation of a Pod at a real kube-apiserver with etcd, and
// prints lines "name value unit".
//
//	KUBEBUILDER_ASSETS=$(bin/cluster assets) go run ./test/bench/apiserver
//
// Pods of five containers are created, 50 at a time, in three namespaces in turn, several times each, so that a slow moment of the
// machine hits all alike: one without webhooks, one with a webhook that allows everything at once, and one with Orderly. Both
// webhooks are served by this program, over TLS and HTTP/1.1 as cmd/webhook does it. Each figure is the median of the rounds.
//
//	apiserver_create_p50_ms       a creation with Orderly, seen by the client
//	noop_apiserver_create_p50_ms  the same with the other webhook
//	bare_apiserver_create_p50_ms  the same without a webhook
//	apiserver_create_ratio        with Orderly over with the other webhook
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/go-logr/logr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each kind of creation has its turn")
	pods := flag.Int("pods", 500, "how many Pods are created in one turn")
	flag.Parse()
	log.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *rounds, *pods); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds, pods int) (err error) {
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		return errors.New("KUBEBUILDER_ASSETS is not set: it must name a folder with etcd and kube-apiserver; `bin/cluster assets` prints one")
	}
	environment := &envtest.Environment{}
	config, err := environment.Start()
	if err != nil {
		return fmt.Errorf("starting the API server: %w", err)
	}
	defer func() { err = errors.Join(err, environment.Stop()) }()
	config.QPS, config.WarningHandler = -1, rest.NoWarnings{} // no limit
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	b := &bench{client: client, pods: pods}
	all, err := b.open(ctx)
	if err != nil {
		return err
	}
	p50 := map[string][]float64{}
	for i := range rounds + 1 { // the first round warms up and does not count
		for _, c := range all {
			took, err := b.round(ctx, c)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if i > 0 {
				p50[c.name] = append(p50[c.name], took)
			}
		}
	}
	report(p50)
	return nil
}

func report(p50 map[string][]float64) {
	median := func(name string) float64 {
		slices.Sort(p50[name])
		return p50[name][len(p50[name])/2]
	}
	fmt.Printf("apiserver_create_p50_ms %.2f ms\n", median(withOrderly))
	fmt.Printf("noop_apiserver_create_p50_ms %.2f ms\n", median(withNoop))
	fmt.Printf("bare_apiserver_create_p50_ms %.2f ms\n", median(withNone))
	fmt.Printf("apiserver_create_ratio %.3f ratio\n", median(withOrderly)/median(withNoop))
}
