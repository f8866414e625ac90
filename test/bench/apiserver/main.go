// Command apiserver measures what Orderly's webhook adds to the creation of a Pod at a real kube-apiserver with etcd, and
// prints lines "name value unit".
//
//	KUBEBUILDER_ASSETS=$(bin/cluster assets) go run ./test/bench/apiserver
//
// Pods of five containers are created, 50 at a time, in four namespaces in turn, several times each, so that a slow moment of the
// machine hits all alike: one without webhooks, one with a webhook that allows everything at once, one with a webhook that knows Orderly's
// answer by heart, and one with Orderly. All are served by this program, over TLS and HTTP/1.1 as cmd/webhook does it. Each figure
// is the median of the rounds.
//
//	apiserver_create_p50_ms         a creation with Orderly, seen by the client
//	noop_apiserver_create_p50_ms    the same with the webhook that allows everything
//	replay_apiserver_create_p50_ms  the same with the webhook that knows the answer by heart
//	bare_apiserver_create_p50_ms    the same without a webhook
//	…_create_cpu_ms                 the processor's time of a creation in client, API server, etcd and webhook together
//	apiserver_create_ratio          with Orderly over with the webhook that allows everything
//	replay_apiserver_create_ratio   with the answer known by heart over with the webhook that allows everything: what the API server
//	                                itself takes for any webhook that changes as much
//	apiserver_create_own_ratio      with Orderly over with the answer known by heart: what is Orderly's own doing; …_own_cpu_ratio
//	                                is the same of the processor's time, which says more on a busy machine
//
// With 50 in flight, what is measured is the processor's time of everybody on this machine: a creation waits for the 49 others. The API
// server needs nearly twice as much of it for a Pod that a webhook changed, whoever changed it: most of that is applying the patch to
// the JSON text, and decoding what comes of it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/go-logr/logr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"orderly.dev/test/bench/pods"
	"orderly.dev/webhook"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each kind of creation has its turn")
	count := flag.Int("pods", 500, "how many Pods are created in one turn")
	flag.Parse()
	log.SetLogger(logr.Discard())
	webhook.SpendMemory(pods.Container())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *rounds, *count); err != nil {
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
	samples := map[string][]sample{}
	for i := range rounds + 1 { // the first round warms up and does not count
		for _, c := range all {
			took, err := b.round(ctx, c)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if i > 0 {
				samples[c.name] = append(samples[c.name], took)
			}
		}
	}
	report(samples)
	return nil
}
