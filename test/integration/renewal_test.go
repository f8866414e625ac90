package integration

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"orderly.dev/mutate"
	"orderly.dev/webhook"
	"orderly.dev/webhook/certificates"
)

// TestLeafsAndAuthoritiesAreRenewedWithoutARestart runs a webhook with certificates that live for seconds, and looks at what it
// serves as an API server does, with the caBundle of that moment, until both were renewed.
func TestLeafsAndAuthoritiesAreRenewedWithoutARestart(t *testing.T) {
	const name = "renewal"
	config := mustGetConfiguration(t)
	config.ObjectMeta = metav1.ObjectMeta{Name: name}
	for i := range config.Webhooks {
		config.Webhooks[i].ClientConfig.CABundle = nil
		// It is for its certificate only: no namespace has this label.
		config.Webhooks[i].NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"no": "namespace"}}
	}
	require.NoError(t, admin.Create(t.Context(), config))
	t.Cleanup(func() { require.NoError(t, admin.Delete(context.WithoutCancel(t.Context()), config)) })

	policy := certificates.DefaultPolicy(certificates.ServiceNames("orderly-webhook", systemSpace)...)
	policy.AuthorityLife, policy.LeafLife = 9*time.Second, 6*time.Second
	serving, port := runShortLived(t, certificates.Options{Namespace: systemSpace, Secret: name, Configuration: name, Policy: policy})

	leafs, bundles := map[string]bool{}, map[string]bool{}
	eventually(t, "three leafs and three bundles have been served", func() error {
		if err := serving.Ready(nil); err != nil {
			require.Empty(t, leafs, "it must stay ready: %v", err)
			return err
		}
		require.NoError(t, admin.Get(t.Context(), client.ObjectKey{Name: name}, config))
		bundle := config.Webhooks[0].ClientConfig.CABundle
		leaf, err := servedLeaf(t.Context(), port, bundle)
		require.NoError(t, err, "an API server would refuse this certificate")
		leafs[leaf.SerialNumber.String()], bundles[string(bundle)] = true, true
		if len(leafs) < 3 || len(bundles) < 3 {
			return errNotYet
		}
		return nil
	})
}

// runShortLived runs the webhook's server with certificates of the given options, in this process, until the test ends.
func runShortLived(t *testing.T, options certificates.Options) (*certificates.Serving, int) {
	t.Helper()
	port, err := freePort()
	require.NoError(t, err)
	serving := &certificates.Serving{}
	mgr, err := ctrl.NewManager(adminConfig, ctrl.Options{
		WebhookServer: webhook.NewServer(port, serving.GetCertificate),
		Metrics:       metricsserver.Options{BindAddress: "0"},
	})
	require.NoError(t, err)
	webhook.Register(mgr.GetWebhookServer(), webhook.Deciders{Pods: webhook.Pods(mutate.Config{}), Jobs: webhook.Jobs(mutate.Config{})})
	require.NoError(t, certificates.Manage(mgr, serving, options))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	return serving, port
}
