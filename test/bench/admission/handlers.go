package main

import (
	"context"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"orderly.dev/mutate"
	"orderly.dev/webhook"
)

var config = mutate.Config{ToolsImage: "registry.example/orderly/tools:v1", Version: "v1", Delivery: mutate.ImageVolume}

// orderly is the handler of Pods as the webhook registers it.
func orderly() http.Handler {
	var handler http.Handler
	webhook.Register(webhook.RegistryFunc(func(path string, h http.Handler) {
		if path == webhook.PodPath {
			handler = h
		}
	}), webhook.Deciders{Pods: webhook.Pods(config), Jobs: webhook.Jobs(config)})
	return handler
}

// rewrite is the same mutation as controller-runtime's own handler wants it.
type rewrite struct{}

var _ admission.Defaulter[*corev1.Pod] = rewrite{}

// Default implements [admission.Defaulter].
func (rewrite) Default(_ context.Context, pod *corev1.Pod) error {
	result, problems := mutate.Pod(pod, config, mutate.Facts{})
	if len(problems) > 0 {
		return problems.ToAggregate()
	}
	*pod = *result.Object
	return nil
}

// defaulter is controller-runtime's stock handler.
func defaulter() http.Handler {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	return admission.WithDefaulter(scheme, rewrite{})
}
