package integration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
)

// refuseUnrewritten installs the policies of policies.refuseUnrewritten until the test ends.
func refuseUnrewritten(t *testing.T) {
	t.Helper()
	rendered := mustRender(t, "--set", "policies.refuseUnrewritten=true", "--show-only", "templates/policies-unrewritten.yaml")
	file := filepath.Join(t.TempDir(), "policies.yaml")
	require.NoError(t, os.WriteFile(file, rendered, 0o600))
	mustKubectl(t, nil, "create", "--validate=strict", "-f", file)
	t.Cleanup(func() {
		for _, kind := range []string{"pods", "jobs", "cronjobs"} {
			name := metav1.ObjectMeta{Name: "orderly-unrewritten-" + kind}
			ctx := context.WithoutCancel(t.Context())
			require.NoError(t, admin.Delete(ctx, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: name}))
			require.NoError(t, admin.Delete(ctx, &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: name}))
		}
	})
}

// withoutWebhook lets the API server call no webhook of ours for the time of a function, as where none answers and failurePolicy is Ignore.
func withoutWebhook(t *testing.T, do func()) {
	t.Helper()
	called := &admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: configuration}}
	complete := mustGet(t, called).Webhooks
	set := func(webhooks []admissionregistrationv1.MutatingWebhook) {
		mustUpdate(t, called, func(c *admissionregistrationv1.MutatingWebhookConfiguration) { c.Webhooks = webhooks })
	}
	misspelt := makePod(makeNamespace(t, optedIn), annotated(map[string]string{contract.AnnotationSteps: "nobody"}))
	eventuallyRefused := func(by string, is func(error) bool) {
		t.Helper()
		eventually(t, "a Pod is refused by "+by, func() error {
			if err := admin.Create(t.Context(), misspelt.DeepCopy(), client.DryRunAll); !is(err) {
				return errors.Join(errNotYet, err)
			}
			return nil
		})
	}
	set(nil)
	defer func() { set(complete); eventuallyRefused("the webhook", apierrors.IsInvalid) }()
	eventuallyRefused("the policy", isPolicy)
	do()
}

// makeUnjudged gives objects that ask in every way that there is, and those that do not.
func makeUnjudged(namespace string) map[string]client.Object {
	steps := map[string]string{contract.AnnotationSteps: "fetch, build"}
	yes, no := map[string]string{contract.LabelInject: contract.InjectYes}, map[string]string{contract.LabelInject: contract.InjectNo}
	always := func(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyAlways }
	ofCronJob := annotated(map[string]string{contract.AnnotationFromOwner: `{"orderly.dev/steps":"fetch, build"}`})
	job := func(annotations, labels map[string]string, change ...func(*corev1.Pod)) client.Object {
		job := makeJob(namespace, change...)
		job.Annotations, job.Labels = annotations, labels
		return job
	}
	cronJob := func(annotations, labels map[string]string) client.Object {
		template := batchv1.JobTemplateSpec{Spec: makeJob(namespace).Spec}
		return &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: "work", Namespace: namespace, Annotations: annotations, Labels: labels},
			Spec: batchv1.CronJobSpec{Schedule: "0 0 1 1 *", JobTemplate: template}}
	}
	return map[string]client.Object{
		"asks: a Pod by its annotation":        makePod(namespace, withSteps()),
		"asks: a Pod by its label":             makePod(namespace, labelled(yes)),
		"asks: a Pod by its owner":             makePod(namespace, ofCronJob),
		"asks: a server that waits":            makePod(namespace, always, annotated(map[string]string{contract.AnnotationWaitFor: "- service: db"})),
		"asks: a Job by itself":                job(steps, nil),
		"asks: a Job by its label":             job(nil, yes),
		"asks: a Job by its template":          job(nil, nil, withSteps()),
		"asks: a Job of a CronJob":             job(map[string]string{contract.AnnotationFromOwner: `{"orderly.dev/steps":"fetch, build"}`}, nil),
		"asks: a CronJob by itself":            cronJob(steps, nil),
		"asks: a CronJob by its label":         cronJob(nil, yes),
		"passes: a Pod":                        makePod(namespace),
		"passes: a Pod that refuses":           makePod(namespace, withSteps(), labelled(no)),
		"passes: a Pod whose owner refuses":    makePod(namespace, annotated(map[string]string{contract.AnnotationSteps: "fetch", contract.AnnotationFromOwner: `{"orderly.dev/inject":"false"}`})),
		"passes: a server with the label":      makePod(namespace, always, labelled(yes)),
		"passes: a Job":                        job(nil, nil),
		"passes: a Job that refuses":           job(steps, no),
		"passes: a Job whose template refuses": job(steps, nil, labelled(no)),
		"passes: a CronJob":                    cronJob(nil, nil),
		"passes: a CronJob that refuses":       cronJob(steps, no),
	}
}

func TestWhatAsksAndWasNotRewrittenIsRefused(t *testing.T) {
	refuseUnrewritten(t)
	namespace, elsewhere := makeNamespace(t, optedIn), makeNamespace(t, nil)
	unjudged := makeUnjudged(namespace)
	for name, object := range makeUnjudged(namespace) {
		t.Run("with the webhook: "+name, func(t *testing.T) {
			require.NoError(t, admin.Create(t.Context(), object, client.DryRunAll))
		})
	}
	withoutWebhook(t, func() {
		eventually(t, "the policies judge", func() error {
			for _, name := range []string{"asks: a Pod by its annotation", "asks: a Job by itself", "asks: a CronJob by itself"} {
				if err := admin.Create(t.Context(), unjudged[name].DeepCopyObject().(client.Object), client.DryRunAll); !isPolicy(err) {
					return fmt.Errorf("%s: %w", name, errNotYet)
				}
			}
			return nil
		})
		for name, object := range unjudged {
			t.Run("without: "+name, func(t *testing.T) {
				err := admin.Create(t.Context(), object, client.DryRunAll)
				if name[0] == 'p' {
					require.NoError(t, err)
					return
				}
				require.True(t, isPolicy(err), "%v", err)
				require.ErrorContains(t, err, "asks for Orderly, whose webhook did not answer")
			})
		}
		for name, object := range makeUnjudged(elsewhere) {
			t.Run("without, in a namespace that did not opt in: "+name, func(t *testing.T) {
				require.NoError(t, admin.Create(t.Context(), object, client.DryRunAll))
			})
		}
	})
}

// A CronJob lives long. What is changed of it while no webhook answers would not reach its Jobs.
func TestAnEditOfACronJobThatWasNotRewrittenIsRefused(t *testing.T) {
	refuseUnrewritten(t)
	namespace := makeNamespace(t, optedIn)
	cronJob := mustCreate(t, makeUnjudged(namespace)["asks: a CronJob by itself"].(*batchv1.CronJob))
	edit := func(change func(*batchv1.CronJob)) error {
		current := mustGet(t, cronJob)
		change(current)
		return admin.Update(t.Context(), current, client.DryRunAll)
	}
	other := func(c *batchv1.CronJob) { c.Annotations[contract.AnnotationSteps] = "build, fetch" }
	require.NoError(t, edit(other))
	withoutWebhook(t, func() {
		eventually(t, "the policy judges", func() error {
			if err := edit(other); !isPolicy(err) {
				return errors.Join(errNotYet, err)
			}
			return nil
		})
		require.NoError(t, edit(func(c *batchv1.CronJob) { c.Spec.Suspend = new(true) }))
		require.NoError(t, edit(func(c *batchv1.CronJob) { c.Labels = map[string]string{contract.LabelInject: contract.InjectNo} }))
	})
}
