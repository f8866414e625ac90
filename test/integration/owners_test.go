package integration

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// There are no controllers here: the tests make what they would make.

const (
	steps     = "orderly.dev/steps"
	fromOwner = "orderly.dev/from-owner"
)

// nextJob creates the Job that the CronJob's controller would make now.
func nextJob(t *testing.T, cronJob *batchv1.CronJob) *batchv1.Job {
	t.Helper()
	current := mustGet(t, cronJob)
	template := current.Spec.JobTemplate.DeepCopy()
	return mustCreate(t, &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{
			GenerateName: current.Name + "-", Namespace: current.Namespace,
			Labels: template.Labels, Annotations: template.Annotations,
		},
		Spec: template.Spec,
	})
}

// nextPod creates the Pod that the Job's controller would make now.
func nextPod(t *testing.T, job *batchv1.Job) *corev1.Pod {
	t.Helper()
	template := mustGet(t, job).Spec.Template.DeepCopy()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.GenerateName, pod.Namespace = job.Name+"-", job.Namespace
	require.NoError(t, admin.Create(t.Context(), pod, client.DryRunAll), "webhook's log:\n%s", theWebhook.readLog())
	return pod
}

// mustGet gives the object as the API server has it.
func mustGet[T any, P interface {
	*T
	client.Object
}](t *testing.T, object P) P {
	t.Helper()
	current := P(new(T))
	require.NoError(t, admin.Get(t.Context(), client.ObjectKeyFromObject(object), current))
	return current
}

// mustUpdate changes the object as the API server has it.
func mustUpdate[T any, P interface {
	*T
	client.Object
}](t *testing.T, object P, change func(P)) P {
	t.Helper()
	current := mustGet(t, object)
	change(current)
	require.NoError(t, admin.Update(t.Context(), current), "webhook's log:\n%s", theWebhook.readLog())
	return current
}

// understood is what the webhook says about a Pod; empty for one that it left alone.
func understood(pod *corev1.Pod) string { return pod.Annotations["orderly.dev/status"] }

// decoded gives the annotation that owners write.
func decoded(t *testing.T, annotations map[string]string) map[string]string {
	t.Helper()
	var keys map[string]string
	require.NoError(t, json.Unmarshal([]byte(annotations[fromOwner]), &keys), "%v", annotations)
	return keys
}

// optIn labels a namespace and waits until the API server acts on it.
func optIn(t *testing.T, namespace string) {
	t.Helper()
	mustUpdate(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, func(n *corev1.Namespace) { n.Labels = optedIn })
	eventually(t, "the namespace counts as opted in", func() error {
		pod := makePod(namespace, withSteps())
		pod.Name = "probe"
		if err := admin.Create(t.Context(), pod, client.DryRunAll); err != nil {
			return err
		}
		if understood(pod) == "" {
			return errNotYet
		}
		return nil
	})
}

func TestPodsOfAnyOwnerAreRewritten(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	for _, owner := range []metav1.OwnerReference{
		{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "r", UID: "1"},
		{APIVersion: "ray.io/v1", Kind: "RayJob", Name: "r", UID: "2", Controller: new(true)},
		{APIVersion: "v1", Kind: "Node", Name: "n", UID: "3"},
	} {
		t.Run(owner.Kind, func(t *testing.T) {
			pod := makePod(namespace, withSteps())
			pod.Name, pod.GenerateName = "", "work-"
			pod.OwnerReferences = []metav1.OwnerReference{owner}
			mustCreate(t, pod)
			requireRewritten(t, pod, "build")
		})
	}
}
