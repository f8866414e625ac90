// Command admission measures what an admission request costs the webhook, without a network and an API server, and prints
// lines "name value unit".
//
//	go run ./test/bench/admission
//
// A request goes through the webhook's own HTTP handler: the AdmissionReview is decoded from the request's body, the Pod from the
// review, it is rewritten, and the patch is encoded into the answer's body. The Pods have 5 and 20 containers, of which one in
// five is a sidecar, and look as an API server sends them: with its defaults, the API token and the managed fields. Beside it stands
// stock_…: the same requests, answered by controller-runtime's own defaulter, which calls the same rewrite, encodes the Pod and compares
// the documents. The two are asked in turn, so that a slow moment of the machine hits both alike, and on one core. For both, garbage is
// collected as cmd/webhook has it in a container of the chart's size.
//
//	admission_N_p50_us, …_p99_us            one request, with N containers
//	admission_N_bytes_per_op, …_allocs_per_op   what it allocates
//	admission_N_patch_bytes                 the length of the patch
//	admission_N_…_ratio                     ours over stock's
//	admission_N_cpu_us                      the processor's time of one, the collection of garbage included
//	admission_N_rps                         requests in a second of one core's time, the collection of garbage included: what one core
//	                                        sustains that does nothing else; admission_rps is that of 5 containers
//	admission_N_clock_rps                   requests in a second by the clock, which on a busy machine is shared with others
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"orderly.dev/test/bench/figure"
	"orderly.dev/test/bench/pods"
	"orderly.dev/webhook"
)

func main() {
	period := flag.Duration("period", 3*time.Second, "how long each kind of request is asked")
	flag.Parse()
	log.SetLogger(logr.Discard())
	webhook.SpendMemory(pods.Container())
	runtime.GOMAXPROCS(1)
	for _, containers := range []int{5, 20} {
		figures, err := measure(containers, *period)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: Pods of %d containers: %v\n", containers, err)
			os.Exit(1)
		}
		for _, f := range figures {
			fmt.Println(f)
			if f.Name == "admission_5_rps" {
				fmt.Println(figure.New("admission_rps", f.Value, f.Unit))
			}
		}
	}
}
