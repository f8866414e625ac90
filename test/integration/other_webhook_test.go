package integration

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func TestAnotherWebhookMayBeCalledBeforeOrAfterOurs(t *testing.T) {
	agent := corev1.Container{Name: "agent", Image: "registry.example/agent", Command: []string{"agent"}, Args: []string{"--serve"}}
	insert := func(pod *corev1.Pod) {
		if !slices.ContainsFunc(allContainers(pod), func(c corev1.Container) bool { return c.Name == agent.Name }) {
			pod.Spec.Containers = slices.Insert(pod.Spec.Containers, 0, agent)
		}
	}
	prepend := func(pod *corev1.Pod) {
		for _, list := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
			for i, c := range list {
				if c.Command[0] != "/vault/vault-env" {
					list[i].Command = append([]string{"/vault/vault-env"}, c.Command...)
				}
			}
		}
	}
	for _, tc := range []struct {
		name   string
		change func(*corev1.Pod)
		// makes gives the Pod that is created.
		makes func(*testing.T, string) *corev1.Pod
		// alike gives what must be the same, whichever webhook came first.
		alike func(*corev1.Pod) *corev1.Pod
	}{
		{"it adds a container in front, to the Pod of a Job", insert, makeAskingPodOfAJob, essence},
		{"it adds a container in front, to a Pod of no owner", insert, makeAskingPod, withoutOrder},
		{"it puts a tool in front of every command", prepend, makeAskingPodOfAJob, withoutCommands},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := createWith(t, "0-other", tc.change, tc.makes)
			after := createWith(t, "zz-other", tc.change, tc.makes)
			for _, pod := range []*corev1.Pod{before, after} {
				requireWrappedOnce(t, pod, "fetch")
				requireWrappedOnce(t, pod, "build")
			}
			require.Equal(t, tc.alike(before), tc.alike(after))
		})
	}
}

// withoutOrder leaves out in which order the sidecars came: nobody tells the user's from others in a Pod of no owner.
func withoutOrder(pod *corev1.Pod) *corev1.Pod {
	pod = essence(pod)
	delete(pod.Annotations, "orderly.dev/status")
	slices.SortFunc(pod.Spec.InitContainers, func(a, b corev1.Container) int { return strings.Compare(a.Name, b.Name) })
	return pod
}

// withoutCommands leaves out on which side of the wrapper a tool stands.
func withoutCommands(pod *corev1.Pod) *corev1.Pod {
	pod = essence(pod)
	for i := range pod.Spec.Containers {
		pod.Spec.Containers[i].Command, pod.Spec.Containers[i].Args = nil, nil
	}
	return pod
}

func makeAskingPod(_ *testing.T, namespace string) *corev1.Pod {
	return makePod(namespace, withSteps())
}

// makeAskingPodOfAJob gives the Pod that the Job controller would make: from the template that the webhook has written to.
func makeAskingPodOfAJob(t *testing.T, namespace string) *corev1.Pod {
	t.Helper()
	job := mustCreate(t, makeJob(namespace, withSteps()))
	pod := &corev1.Pod{ObjectMeta: *job.Spec.Template.ObjectMeta.DeepCopy(), Spec: *job.Spec.Template.Spec.DeepCopy()}
	pod.Namespace, pod.Name = namespace, "work"
	// The names of the Job and its Pods are made anew each time.
	pod.Labels = nil
	return pod
}

// createWith gives a Pod that was created while a second webhook of that name was installed.
func createWith(t *testing.T, name string, change func(*corev1.Pod), makes func(*testing.T, string) *corev1.Pod) *corev1.Pod {
	t.Helper()
	namespace := makeNamespace(t, optedIn)
	installOther(t, name, namespace, change)
	return mustCreate(t, makes(t, namespace))
}

// requireWrappedOnce asserts that the wrapper's path occurs once in the container's command line.
func requireWrappedOnce(t *testing.T, pod *corev1.Pod, step string) {
	t.Helper()
	for _, c := range pod.Spec.Containers {
		if c.Name == step {
			words := slices.Concat(c.Command, c.Args)
			words = slices.DeleteFunc(words, func(w string) bool { return w != "/builder/bin/entrypoint" })
			require.Len(t, words, 1, "%s: %q %q", step, c.Command, c.Args)
			return
		}
	}
	require.Fail(t, "no such container", step)
}

func allContainers(pod *corev1.Pod) []corev1.Container {
	return slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers)
}

// installOther runs another mutating webhook, for the Pods of one namespace, until the test ends.
func installOther(t *testing.T, name, namespace string, change func(*corev1.Pod)) {
	t.Helper()
	server := httptest.NewTLSServer(&admission.Webhook{Handler: admission.HandlerFunc(
		func(_ context.Context, request admission.Request) admission.Response {
			pod := &corev1.Pod{}
			if err := json.Unmarshal(request.Object.Raw, pod); err != nil {
				return admission.Errored(500, err)
			}
			change(pod)
			changed, err := json.Marshal(pod)
			if err != nil {
				return admission.Errored(500, err)
			}
			return admission.PatchResponseFromRaw(request.Object.Raw, changed)
		})})
	t.Cleanup(server.Close)
	other := &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name: "other.example.com",
			ClientConfig: admissionregistrationv1.WebhookClientConfig{
				URL:      new(server.URL),
				CABundle: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
			},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
			}},
			NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: namespace}},
			SideEffects:             ptr.To(admissionregistrationv1.SideEffectClassNone),
			ReinvocationPolicy:      ptr.To(admissionregistrationv1.IfNeededReinvocationPolicy),
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
	require.NoError(t, admin.Create(t.Context(), other))
	t.Cleanup(func() { require.NoError(t, admin.Delete(context.WithoutCancel(t.Context()), other)) })
	waitForOther(t, namespace, change)
}

// waitForOther waits until the API server calls the other webhook: it learns of webhook configurations by a watch.
func waitForOther(t *testing.T, namespace string, change func(*corev1.Pod)) {
	t.Helper()
	eventually(t, "the API server calls the other webhook", func() error {
		want := makePod(namespace)
		change(want)
		got := makePod(namespace)
		if err := admin.Create(t.Context(), got, client.DryRunAll); err != nil {
			return err
		}
		for i, c := range want.Spec.Containers {
			if got.Spec.Containers[i].Name != c.Name || !slices.Equal(got.Spec.Containers[i].Command, c.Command) {
				return errNotYet
			}
		}
		return nil
	})
}
