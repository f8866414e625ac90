package main

import (
	"context"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
	"orderly.dev/webhook"
)

const (
	withOrderly = "orderly"
	withNoop    = "noop"
	withReplay  = "replay"
	withNone    = "none"
	// patience is how long the API server may take to learn of a webhook.
	patience = 30 * time.Second
)

// rewriting are the webhooks that do.
var rewriting = []string{withReplay, withOrderly}

// open makes the namespaces with their webhooks, and waits until these are called.
func (b *bench) open(ctx context.Context) ([]creation, error) {
	handlers := map[string]http.Handler{
		withOrderly: orderly(),
		withReplay:  &replay{orderly: orderly()},
		withNoop: &admission.Webhook{Handler: admission.HandlerFunc(func(context.Context, admission.Request) admission.Response {
			return admission.Allowed("")
		})},
	}
	var all []creation
	for _, name := range []string{withNone, withNoop, withReplay, withOrderly} {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if _, err := b.client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
			return nil, err
		}
		if handler := handlers[name]; handler != nil {
			if err := b.install(ctx, name, handler); err != nil {
				return nil, fmt.Errorf("installing the webhook %s: %w", name, err)
			}
		}
		all = append(all, creation{name})
	}
	return all, nil
}

// orderly is the webhook's own handler of Pods.
func orderly() http.Handler {
	mux := http.NewServeMux()
	config := mutate.Config{ToolsImage: "registry.example/orderly/tools:v1", Version: "v1", Delivery: mutate.ImageVolume}
	webhook.Register(webhook.RegistryFunc(mux.Handle), webhook.Deciders{Pods: webhook.Pods(config)})
	return mux
}

// install serves a webhook for the Pods of the namespace of the same name, until the program ends.
func (b *bench) install(ctx context.Context, name string, handler http.Handler) error {
	called := make(chan struct{}, 1)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case called <- struct{}{}:
		default:
		}
		handler.ServeHTTP(w, r)
	}))
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	_, err := b.client.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(ctx,
		configuration(name, server.URL+webhook.PodPath, certificate), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		if _, err := b.create(ctx, creation{name}); err != nil {
			return false, err
		}
		return len(called) > 0, nil
	})
}

// configuration is as the chart installs it: the API server itself finds out which Pods ask.
func configuration(name, url string, certificate []byte) *admissionregistrationv1.MutatingWebhookConfiguration {
	return &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name:         name + ".orderly.dev",
			ClientConfig: admissionregistrationv1.WebhookClientConfig{URL: &url, CABundle: certificate},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: name}},
			MatchConditions: []admissionregistrationv1.MatchCondition{{
				Name:       "asks",
				Expression: "has(object.metadata.annotations) && object.metadata.annotations.exists(k, k.startsWith('" + contract.Prefix + "'))",
			}},
			SideEffects:             new(admissionregistrationv1.SideEffectClassNone),
			ReinvocationPolicy:      new(admissionregistrationv1.IfNeededReinvocationPolicy),
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
}

func isRewritten(pod *corev1.Pod) bool {
	return strings.HasPrefix(pod.Spec.Containers[0].Command[0], contract.Root)
}
