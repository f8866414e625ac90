package e2e

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

func createOptions() metav1.CreateOptions { return metav1.CreateOptions{} }

// Whoever did not ask for Orderly is left alone: the same Pod comes out as in a cluster without it, and nobody was called.
// Not parallel: Orderly's configuration is taken away for a moment, and its calls are counted.
func TestPodsThatDoNotAskAreLeftAlone(t *testing.T) {
	optedIn := makeNamespace(t)
	notOptedIn := createNamespace(t, nil)
	asks := metav1.ObjectMeta{Name: "p", Annotations: map[string]string{contract.AnnotationSteps: "main"}}
	optedOut := *asks.DeepCopy()
	optedOut.Labels = map[string]string{contract.LabelInject: contract.InjectNo}
	cases := []struct {
		name, namespace string
		meta            metav1.ObjectMeta
	}{
		{"a Pod without labels and annotations", optedIn, metav1.ObjectMeta{Name: "p"}},
		{"a Pod with labels and annotations of others", optedIn, metav1.ObjectMeta{Name: "p", Labels: map[string]string{"app": "x"}, Annotations: map[string]string{"example.com/steps": "main"}}},
		{"a Pod that opted out", optedIn, optedOut},
		{"a Pod that asks in a namespace that did not opt in", notOptedIn, asks},
	}
	var want []*corev1.Pod
	withoutOrderly(t, optedIn, func() {
		for _, tc := range cases {
			want = append(want, dryRun(t, tc.namespace, tc.meta))
		}
	})
	before := webhookCalls(t)
	for i, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, asYAML(want[i]), asYAML(dryRun(t, tc.namespace, tc.meta)))
		})
	}
	require.Equal(t, before, webhookCalls(t), "the webhook was called")

	require.NotEqual(t, asYAML(dryRun(t, notOptedIn, asks).Spec), asYAML(dryRun(t, optedIn, asks).Spec), "a Pod that asks is rewritten")
	require.Greater(t, webhookCalls(t), before, "and its call is counted")
}

// dryRun returns the Pod as the API server would have stored it, without what differs from one creation to the next.
func dryRun(t *testing.T, namespace string, meta metav1.ObjectMeta) *corev1.Pod {
	t.Helper()
	pod := &corev1.Pod{ObjectMeta: *meta.DeepCopy(), Spec: corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyNever,
		Containers:    []corev1.Container{shell("main", "true")},
	}}
	created, err := client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	require.NoError(t, err)
	return withoutNames(created)
}

// withoutNames is a Pod without what differs from one creation to the next.
func withoutNames(created *corev1.Pod) *corev1.Pod {
	pod := created.DeepCopy()
	pod.UID, pod.CreationTimestamp, pod.ManagedFields = "", metav1.Time{}, nil
	for i := range pod.Spec.Volumes { // the API server gives the token's volume a random name
		renameVolume(&pod.Spec, i)
	}
	return pod
}

var tokenVolume = regexp.MustCompile(`^kube-api-access-[a-z0-9]{5}$`)

func renameVolume(spec *corev1.PodSpec, volume int) {
	old := spec.Volumes[volume].Name
	if !tokenVolume.MatchString(old) {
		return
	}
	const name = "kube-api-access"
	spec.Volumes[volume].Name = name
	for i := range spec.Containers {
		for j := range spec.Containers[i].VolumeMounts {
			if spec.Containers[i].VolumeMounts[j].Name == old {
				spec.Containers[i].VolumeMounts[j].Name = name
			}
		}
	}
}

// withoutOrderly runs f while the API server does not know of Orderly.
func withoutOrderly(t *testing.T, optedIn string, f func()) {
	t.Helper()
	configurations := client.AdmissionregistrationV1().MutatingWebhookConfigurations()
	saved, err := configurations.Get(t.Context(), "00-orderly", metav1.GetOptions{})
	require.NoError(t, err)
	require.NoError(t, configurations.Delete(t.Context(), saved.Name, metav1.DeleteOptions{}))
	defer func() {
		saved.ResourceVersion, saved.UID = "", ""
		_, err := configurations.Create(cleanupContext(t), saved, createOptions())
		require.NoError(t, err)
		waitUntilRewritten(t, optedIn, isRewritten)
	}()
	waitUntilRewritten(t, optedIn, isAsWritten)
	f()
}

type outcome bool

const (
	isRewritten outcome = true
	isAsWritten outcome = false
)

// waitUntilRewritten waits until the API server has noticed that the configuration came or went.
func waitUntilRewritten(t *testing.T, namespace string, want outcome) {
	t.Helper()
	waitFor(t, "the API server to notice the configuration of Orderly", func() (bool, string) {
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: "probe", Annotations: map[string]string{contract.AnnotationSteps: "main"}},
			Spec:       corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{shell("main", "true")}},
		}
		created, err := client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if err != nil {
			return false, err.Error()
		}
		return outcome(created.Labels[contract.LabelManaged] == contract.ManagedYes) == want, asYAML(created.Labels)
	})
}

var callsMetric = regexp.MustCompile(`(?m)^apiserver_admission_webhook_request_total\{[^}]*name="(?:pods|jobs)\.orderly\.dev"[^}]*\} (\d+)$`)

// webhookCalls is how often the API server has called Orderly, by its own count.
func webhookCalls(t *testing.T) int {
	t.Helper()
	metrics, err := client.Discovery().RESTClient().Get().AbsPath("/metrics").DoRaw(t.Context())
	require.NoError(t, err)
	total := 0
	for _, match := range callsMetric.FindAllSubmatch(metrics, -1) {
		n, err := strconv.Atoi(string(match[1]))
		require.NoError(t, err)
		total += n
	}
	return total
}
