package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// Ten steps ask for 60 % of the node's CPU each. They run one after the other, so they fit into one Pod on this node and into a quota of
// one node's CPU, which counts the heaviest of them.
func TestTenStepsThatEachAskForMostOfTheNodeRunInOnePod(t *testing.T) {
	t.Parallel()
	const steps = 10
	node := nodeCPU(t)
	share := resource.NewMilliQuantity(node.MilliValue()*60/100, resource.DecimalSI)
	namespace := makeNamespace(t)
	makeQuota(t, namespace, corev1.ResourceList{corev1.ResourceRequestsCPU: node})
	var names []string
	var containers []corev1.Container
	for i := range steps {
		name := fmt.Sprint("s", i)
		c := shell(name, "echo "+name+" >> /shared/order; cat /shared/order")
		if i == 0 {
			c = shell(name, "until test -e /shared/go; do sleep 0.1; done; echo "+name+" > /shared/order")
		}
		c.Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: *share}
		names, containers = append(names, name), append(containers, c)
	}
	job := makeJob(strings.Join(names, ", "), containers...)
	_, err := client.CoreV1().Pods(namespace).Create(t.Context(), podOf(job), createOptions())
	require.ErrorContains(t, err, "exceeded quota", "as written, they ask for six nodes")

	ask(job, contract.AnnotationRequests, "max")
	createJob(t, namespace, job)

	pod := waitForPod(t, namespace, "all steps to be started", allRun)
	used := usedCPU(t, namespace)
	require.Zerof(t, share.Cmp(used), "the quota counts %s, not %s", used.String(), share)
	runInside(t, pod, names[0], "touch /shared/go")
	waitForJob(t, namespace, batchv1.JobComplete)
	require.Equal(t, strings.Join(names, "\n")+"\n", logs(t, pod, names[steps-1]))
}

// nodeCPU is what Pods can ask of the node.
func nodeCPU(t *testing.T) resource.Quantity {
	t.Helper()
	nodes, err := client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, nodes.Items, 1)
	return nodes.Items[0].Status.Allocatable[corev1.ResourceCPU]
}

const quotaName = "quota"

// makeQuota limits a namespace, and returns when the limit holds.
func makeQuota(t *testing.T, namespace string, hard corev1.ResourceList) {
	t.Helper()
	_, err := client.CoreV1().ResourceQuotas(namespace).Create(t.Context(), &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: quotaName}, Spec: corev1.ResourceQuotaSpec{Hard: hard},
	}, createOptions())
	require.NoError(t, err)
	waitFor(t, "the quota to be counted", func() (bool, string) {
		quota, err := client.CoreV1().ResourceQuotas(namespace).Get(t.Context(), quotaName, metav1.GetOptions{})
		return err == nil && len(quota.Status.Used) == len(hard), describe(err)
	})
}

// usedCPU is how much CPU the Pods of a namespace ask for, as its quota counts it.
func usedCPU(t *testing.T, namespace string) resource.Quantity {
	t.Helper()
	quota, err := client.CoreV1().ResourceQuotas(namespace).Get(t.Context(), quotaName, metav1.GetOptions{})
	require.NoError(t, err)
	return quota.Status.Used[corev1.ResourceRequestsCPU]
}

// podOf is a Pod as the Job would make it, under its own name.
func podOf(job *batchv1.Job) *corev1.Pod {
	template := job.Spec.Template.DeepCopy()
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "pod", Labels: template.Labels, Annotations: template.Annotations},
		Spec:       template.Spec,
	}
}

// allRun reports whether all containers of a Pod run.
func allRun(pod *corev1.Pod) bool {
	for _, s := range pod.Status.ContainerStatuses {
		if s.State.Running == nil {
			return false
		}
	}
	return len(pod.Status.ContainerStatuses) == len(pod.Spec.Containers)
}
