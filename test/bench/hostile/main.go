// Command hostile measures how long the webhook is about what it has to deny, without a network and an API server, and prints lines
// "name value unit".
//
//	go run ./test/bench/hostile
//
// Every case of package test/hostile is sent, as the body of an AdmissionReview, to the handler of Pods that the webhook registers, on one core and
// with its garbage collected as cmd/webhook has it in a container of the chart's size. It is an error if one is not denied with a message that
// names the key.
//
//	hostile_denials                 how many cases there are
//	hostile_denial_p50_ms, …_p99_ms, …_max_ms   one answer
//	hostile_denial_bytes_max        the longest answer
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"orderly.dev/test/bench/figure"
	"orderly.dev/test/bench/pods"
	"orderly.dev/test/hostile"
	"orderly.dev/webhook"
)

func main() {
	rounds := flag.Int("rounds", 3, "how often each case is asked")
	slow := flag.Duration("slow", 100*time.Millisecond, "names the cases that took longer on standard error")
	flag.Parse()
	log.SetLogger(logr.Discard())
	webhook.SpendMemory(pods.Container())
	runtime.GOMAXPROCS(1)
	answers, err := denyAll(hostile.Cases("/nowhere/canary"), *rounds)
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
	for _, a := range answers {
		if a.took > *slow {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", a.name, a.took)
		}
	}
	for _, f := range figures(answers, *rounds) {
		fmt.Println(f)
	}
}

func figures(answers []answer, rounds int) []figure.Figure {
	longest := slices.MaxFunc(answers, func(a, b answer) int { return cmp.Compare(a.size, b.size) }).size
	slices.SortFunc(answers, func(a, b answer) int { return cmp.Compare(a.took, b.took) })
	quantile := func(q float64) float64 { return answers[int(q*float64(len(answers)-1))].took.Seconds() * 1000 }
	return []figure.Figure{
		figure.New("hostile_denials", float64(len(answers)/rounds), "cases"),
		figure.New("hostile_denial_p50_ms", quantile(0.5), "ms"),
		figure.New("hostile_denial_p99_ms", quantile(0.99), "ms"),
		figure.New("hostile_denial_max_ms", quantile(1), "ms"),
		figure.New("hostile_denial_bytes_max", float64(longest), "B"),
	}
}
