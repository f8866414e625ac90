package certificates

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// replica is one reconciler with a clock that the test moves.
type replica struct {
	*reconciler
	clock time.Time
}

func makeReplica(cluster client.Client) *replica {
	// Serving judges by the real clock, so the test's begins there too.
	r := &replica{clock: time.Now().Truncate(time.Second)}
	r.reconciler = &reconciler{
		client:  cluster,
		options: Options{Namespace: "orderly-system", Secret: "orderly-webhook-tls", Configuration: "00-orderly", Policy: makePolicy()},
		serving: &Serving{},
		now:     func() time.Time { return r.clock },
	}
	return r
}

func (r *replica) mustReconcile(t *testing.T) reconcile.Result {
	t.Helper()
	result, err := r.Reconcile(t.Context(), reconcile.Request{})
	require.NoError(t, err)
	return result
}

func makeConfiguration() *admissionregistrationv1.MutatingWebhookConfiguration {
	hook := func(name string) admissionregistrationv1.MutatingWebhook {
		return admissionregistrationv1.MutatingWebhook{
			Name: name, AdmissionReviewVersions: []string{"v1"}, SideEffects: ptr.To(admissionregistrationv1.SideEffectClassNone),
		}
	}
	return &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "00-orderly", Annotations: map[string]string{"theirs": "stays"}},
		Webhooks:   []admissionregistrationv1.MutatingWebhook{hook("pods.orderly.dev"), hook("jobs.orderly.dev")},
	}
}

func makeCluster(objects ...client.Object) client.WithWatch {
	return fake.NewClientBuilder().WithObjects(objects...).Build()
}

func mustGetSecret(t *testing.T, cluster client.Client) (*corev1.Secret, State) {
	t.Helper()
	secret := &corev1.Secret{}
	require.NoError(t, cluster.Get(t.Context(), client.ObjectKey{Namespace: "orderly-system", Name: "orderly-webhook-tls"}, secret))
	state, err := decode(secret.Data)
	require.NoError(t, err)
	return secret, state
}

func mustGetConfiguration(t *testing.T, cluster client.Client) *admissionregistrationv1.MutatingWebhookConfiguration {
	t.Helper()
	configuration := &admissionregistrationv1.MutatingWebhookConfiguration{}
	require.NoError(t, cluster.Get(t.Context(), client.ObjectKey{Name: "00-orderly"}, configuration))
	return configuration
}

// requireServed asserts that the replica is ready with a leaf that every webhook of the configuration covers.
func requireServed(t *testing.T, r *replica) {
	t.Helper()
	require.NoError(t, r.serving.Ready(nil))
	certificate, err := r.serving.GetCertificate(nil)
	require.NoError(t, err)
	for _, w := range mustGetConfiguration(t, r.client).Webhooks {
		authorities, err := decodeCertificates(w.ClientConfig.CABundle)
		require.NoError(t, err, w.Name)
		require.NoError(t, covers(authorities, certificate.Leaf, r.clock), w.Name)
	}
}

func TestTheFirstReplicaMakesEverything(t *testing.T) {
	r := makeReplica(makeCluster(makeConfiguration()))
	require.ErrorContains(t, r.serving.Ready(nil), "no certificate yet")

	result := r.mustReconcile(t)

	requireServed(t, r)
	secret, state := mustGetSecret(t, r.client)
	require.Equal(t, corev1.SecretTypeTLS, secret.Type)
	require.True(t, state.Leaf.Equal(r.serving.leaf()))
	require.Equal(t, "stays", mustGetConfiguration(t, r.client).Annotations["theirs"])
	require.Equal(t, maxPause, result.RequeueAfter)
}

func TestTheSecondReplicaServesWhatTheFirstMade(t *testing.T) {
	first := makeReplica(makeCluster(makeConfiguration()))
	first.mustReconcile(t)
	second := makeReplica(first.client)
	second.mustReconcile(t)
	requireServed(t, second)
	require.True(t, first.serving.leaf().Equal(second.serving.leaf()))
}

func TestNothingIsWrittenWhenNothingIsDue(t *testing.T) {
	r := makeReplica(makeCluster(makeConfiguration()))
	r.mustReconcile(t)
	secret, _ := mustGetSecret(t, r.client)
	configuration := mustGetConfiguration(t, r.client)
	r.mustReconcile(t)
	again, _ := mustGetSecret(t, r.client)
	require.Equal(t, secret.ResourceVersion, again.ResourceVersion)
	require.Equal(t, configuration.ResourceVersion, mustGetConfiguration(t, r.client).ResourceVersion)
}

func TestAnOverwrittenBundleIsRepaired(t *testing.T) {
	r := makeReplica(makeCluster(makeConfiguration()))
	r.mustReconcile(t)
	overwritten := mustGetConfiguration(t, r.client)
	overwritten.Webhooks[1].ClientConfig.CABundle = nil
	require.NoError(t, r.client.Update(t.Context(), overwritten))
	r.mustReconcile(t)
	requireServed(t, r)
}

func TestADamagedSecretIsMadeAnew(t *testing.T) {
	r := makeReplica(makeCluster(makeConfiguration()))
	r.mustReconcile(t)
	secret, _ := mustGetSecret(t, r.client)
	secret.Data["tls.key"] = []byte("damaged")
	require.NoError(t, r.client.Update(t.Context(), secret))
	r.mustReconcile(t)
	requireServed(t, r)
	mustGetSecret(t, r.client)
}

func TestAfterADeletedSecretNoReplicaServesWhatIsNotTrusted(t *testing.T) {
	first := makeReplica(makeCluster(makeConfiguration()))
	first.mustReconcile(t)
	slow := makeReplica(first.client)
	slow.mustReconcile(t)
	old := first.serving.leaf()
	secret, _ := mustGetSecret(t, first.client)
	require.NoError(t, first.client.Delete(t.Context(), secret))

	result := first.mustReconcile(t)

	requireServed(t, first)
	requireServed(t, slow)
	require.True(t, old.Equal(first.serving.leaf()), "API servers may not know the new authority yet")
	require.Equal(t, propagation, result.RequeueAfter)

	first.clock = first.clock.Add(propagation)
	first.mustReconcile(t)
	requireServed(t, first)
	_, state := mustGetSecret(t, first.client)
	require.True(t, state.Leaf.Equal(first.serving.leaf()))
}

func TestARenewedLeafIsServedAtOnce(t *testing.T) {
	r := makeReplica(makeCluster(makeConfiguration()))
	r.mustReconcile(t)
	old := r.serving.leaf()
	r.clock = r.clock.Add(5 * day)
	r.mustReconcile(t)
	requireServed(t, r)
	require.False(t, old.Equal(r.serving.leaf()))
}

func TestTheValidatingConfigurationGetsTheSameBundle(t *testing.T) {
	validating := &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "00-orderly"},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "workloads.orderly.dev", AdmissionReviewVersions: []string{"v1"}, SideEffects: ptr.To(admissionregistrationv1.SideEffectClassNone),
		}},
	}
	r := makeReplica(makeCluster(makeConfiguration(), validating))
	requireSameBundle := func() {
		t.Helper()
		r.mustReconcile(t)
		requireServed(t, r)
		require.NoError(t, r.client.Get(t.Context(), client.ObjectKeyFromObject(validating), validating))
		require.NotEmpty(t, validating.Webhooks[0].ClientConfig.CABundle)
		require.Equal(t, mustGetConfiguration(t, r.client).Webhooks[0].ClientConfig.CABundle, validating.Webhooks[0].ClientConfig.CABundle)
	}
	requireSameBundle()
	validating.Webhooks[0].ClientConfig.CABundle = nil
	require.NoError(t, r.client.Update(t.Context(), validating))
	requireSameBundle()
}

func TestATroubleWithTheValidatingConfigurationIsAnErrorAndNoReasonNotToServe(t *testing.T) {
	r := makeReplica(interceptor.NewClient(makeCluster(makeConfiguration()), interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, _ ...client.GetOption) error {
			if _, validating := o.(*admissionregistrationv1.ValidatingWebhookConfiguration); validating {
				return apierrors.NewForbidden(admissionregistrationv1.Resource("validatingwebhookconfigurations"), key.Name, errors.New("no right"))
			}
			return c.Get(ctx, key, o)
		},
	}))
	_, err := r.Reconcile(t.Context(), reconcile.Request{})
	require.ErrorContains(t, err, "reading the ValidatingWebhookConfiguration 00-orderly")
	requireServed(t, r)
}

func TestWithoutTheConfigurationNothingIsServed(t *testing.T) {
	r := makeReplica(makeCluster())
	r.mustReconcile(t)
	require.ErrorContains(t, r.serving.Ready(nil), "MutatingWebhookConfiguration 00-orderly does not exist")
	_, err := r.serving.GetCertificate(nil)
	require.Error(t, err)
}

func TestNothingIsServedThatCouldNotBeMadeTrusted(t *testing.T) {
	cluster := interceptor.NewClient(makeCluster(makeConfiguration()), interceptor.Funcs{
		Patch: func(context.Context, client.WithWatch, client.Object, client.Patch, ...client.PatchOption) error {
			return errors.New("not today")
		},
	})
	r := makeReplica(cluster)
	_, err := r.Reconcile(t.Context(), reconcile.Request{})
	require.ErrorContains(t, err, "patching the caBundle of the MutatingWebhookConfiguration 00-orderly: not today")
	require.ErrorContains(t, r.serving.Ready(nil), "not today")
	_, err = r.serving.GetCertificate(nil)
	require.Error(t, err)
}

// TestAReplicaThatReadTooEarlyChangesNothing lets another replica do its work right before one request of the first one.
func TestAReplicaThatReadTooEarlyChangesNothing(t *testing.T) {
	for _, moment := range []string{"reads the Secret", "creates the Secret", "patches the configuration"} {
		t.Run("the other is quicker before it "+moment, func(t *testing.T) {
			cluster := makeCluster(makeConfiguration())
			other := makeReplica(cluster)
			before := func(request string) {
				if request == moment && other.serving.leaf() == nil {
					other.mustReconcile(t)
				}
			}
			late := makeReplica(interceptor.NewClient(cluster, interceptor.Funcs{
				Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, _ ...client.GetOption) error {
					if _, isSecret := o.(*corev1.Secret); isSecret {
						before("reads the Secret")
					}
					return c.Get(ctx, key, o)
				},
				Create: func(ctx context.Context, c client.WithWatch, o client.Object, _ ...client.CreateOption) error {
					before("creates the Secret")
					return c.Create(ctx, o)
				},
				Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch, _ ...client.PatchOption) error {
					before("patches the configuration")
					return c.Patch(ctx, o, p)
				},
			}))
			require.Equal(t, time.Millisecond, late.mustReconcile(t).RequeueAfter)
			require.Nil(t, late.serving.leaf())
			late.mustReconcile(t)
			requireServed(t, late)
			requireServed(t, other)
			require.True(t, late.serving.leaf().Equal(other.serving.leaf()))
		})
	}
}

func TestAMissingRightIsAnErrorThatNamesTheObject(t *testing.T) {
	r := makeReplica(interceptor.NewClient(makeCluster(makeConfiguration()), interceptor.Funcs{
		Create: func(context.Context, client.WithWatch, client.Object, ...client.CreateOption) error {
			return apierrors.NewForbidden(corev1.Resource("secrets"), "orderly-webhook-tls", errors.New("no right"))
		},
	}))
	_, err := r.Reconcile(t.Context(), reconcile.Request{})
	require.ErrorContains(t, err, "writing the Secret orderly-system/orderly-webhook-tls")
}
