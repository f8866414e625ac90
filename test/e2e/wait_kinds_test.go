package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// waitKinds are what users wait for. Each is there from the beginning, but not as it is waited for, until it is fulfilled.
var waitKinds = []struct {
	name, entries string
	// begin makes what is there before.
	begin func(t *testing.T, namespace string)
	// missing is what the Pod says then.
	missing string
	fulfil  func(t *testing.T, namespace string)
}{
	{
		name: "a service", entries: "- service: db",
		begin:   func(t *testing.T, namespace string) { startService(t, namespace, "db") },
		missing: "service db: 0 of 1 endpoints ready",
		fulfil:  func(t *testing.T, namespace string) { tellReady(t, namespace, "db") },
	},
	{
		name: "a job by its name", entries: "- job: migrate",
		begin:   func(t *testing.T, namespace string) { createJob(t, namespace, suspended("migrate")) },
		missing: "job migrate: it is suspended",
		fulfil:  func(t *testing.T, namespace string) { resume(t, namespace, "migrate") },
	},
	{
		name: "jobs by their labels", entries: "- job: {labels: {initializes: db}}",
		begin: func(t *testing.T, namespace string) {
			createJob(t, namespace, task("schema", "true"))
			createJob(t, namespace, suspended("users"))
			awaitTask(t, namespace, "schema", batchv1.JobComplete)
		},
		missing: "job with initializes=db: 1 of 2 Jobs succeeded, not yet users",
		fulfil:  func(t *testing.T, namespace string) { resume(t, namespace, "users") },
	},
	{
		name: "a pod by its labels", entries: "- pod: {labels: {app: cache}}",
		begin:   func(t *testing.T, namespace string) { createServer(t, namespace, "cache") },
		missing: "pod with app=cache: 0 of 1 Pods ready",
		fulfil:  func(t *testing.T, namespace string) { tellReady(t, namespace, "cache") },
	},
	{
		name: "a pod on the same node", entries: "- pod: {labels: {app: cache}, sameNode: true}",
		begin:   func(t *testing.T, namespace string) { createReadyElsewhere(t, namespace, "cache") },
		missing: "pod with app=cache on this node: no Pod with these labels on node orderly-node",
		fulfil: func(t *testing.T, namespace string) {
			createServer(t, namespace, "cache")
			tellReady(t, namespace, "cache")
		},
	},
	{
		name: "a daemonset", entries: "- daemonset: agent",
		begin:   createDaemonSetForOtherNodes,
		missing: "daemonset agent: no Pod of the DaemonSet on node orderly-node",
		fulfil: func(t *testing.T, namespace string) {
			runOnEveryNode(t, namespace)
			tellReady(t, namespace, "agent")
		},
	},
	{
		name: "a deployment", entries: "- deployment: api",
		begin: func(t *testing.T, namespace string) {
			createDeployment(t, namespace, "api", makeServer("api"))
		},
		missing: "deployment api: 0 of 1 updated replicas available",
		fulfil:  func(t *testing.T, namespace string) { tellReady(t, namespace, "api") },
	},
	{
		name: "a statefulset", entries: "- statefulset: store",
		begin:   createStatefulSet,
		missing: "statefulset store: 0 of 1 replicas ready",
		fulfil:  func(t *testing.T, namespace string) { tellReady(t, namespace, "store") },
	},
}

// A user's Pod waits for what it needs. Nothing of it runs before that is there, it says what is missing, and then it runs.
func TestPodRunsWhenWhatItWaitsForIsThere(t *testing.T) {
	t.Parallel()
	for _, tc := range waitKinds {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namespace := makeNamespace(t)
			tc.begin(t, namespace)
			pod := awaitMissing(t, createPod(t, namespace, makeWaiting(tc.entries)), tc.missing)
			awaitEvent(t, namespace, "Pod/waiting", "WaitingFor", "Normal: "+tc.missing)

			tc.fulfil(t, namespace)

			requireRuns(t, pod)
			awaitEvent(t, namespace, "Pod/waiting", "Ready", "the Pod starts")
		})
	}
}

// elsewhere is a node that is not there.
const elsewhere = "elsewhere"

// createReadyElsewhere creates a Pod on another node, whose kubelet says that it is ready.
func createReadyElsewhere(t *testing.T, namespace, app string) {
	t.Helper()
	template := makeServer(app)
	template.Spec.NodeName, template.Spec.TerminationGracePeriodSeconds = elsewhere, new(int64(0))
	pod := createPod(t, namespace, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: app + "-elsewhere", Labels: template.Labels}, Spec: template.Spec})
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}
	_, err := client.CoreV1().Pods(namespace).UpdateStatus(t.Context(), pod, metav1.UpdateOptions{})
	require.NoError(t, err)
}

func createDaemonSetForOtherNodes(t *testing.T, namespace string) {
	t.Helper()
	template := makeServer("agent")
	template.Spec.NodeSelector = map[string]string{"example.com/node": elsewhere}
	_, err := client.AppsV1().DaemonSets(namespace).Create(t.Context(), &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Name: "agent"},
		Spec:       appsv1.DaemonSetSpec{Selector: &metav1.LabelSelector{MatchLabels: template.Labels}, Template: template},
	}, createOptions())
	require.NoError(t, err)
}

// runOnEveryNode makes a Pod of that DaemonSet on this node too.
func runOnEveryNode(t *testing.T, namespace string) {
	t.Helper()
	patch := `{"spec": {"template": {"spec": {"nodeSelector": null}}}}`
	_, err := client.AppsV1().DaemonSets(namespace).Patch(t.Context(), "agent", types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	require.NoError(t, err)
}

func createStatefulSet(t *testing.T, namespace string) {
	t.Helper()
	template := makeServer("store")
	_, err := client.AppsV1().StatefulSets(namespace).Create(t.Context(), &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: "store"},
		Spec:       appsv1.StatefulSetSpec{Selector: &metav1.LabelSelector{MatchLabels: template.Labels}, Template: template},
	}, createOptions())
	require.NoError(t, err)
}

// createDeployment creates a Deployment of one Pod, with its labels as selector.
func createDeployment(t *testing.T, namespace, name string, template corev1.PodTemplateSpec) {
	t.Helper()
	_, err := client.AppsV1().Deployments(namespace).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: template.Labels}, Template: template},
	}, createOptions())
	require.NoError(t, err)
}
