package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
)

// Where nodes cannot mount images as volumes, the operator has an init container copy the wrapper instead.
// Not parallel: the webhook is configured anew for it, and back.
func TestWrapperComesByAnInitContainerWhereTheOperatorSaysSo(t *testing.T) {
	deliverBy(t, "initContainer")
	t.Cleanup(func() { deliverBy(t, "imageVolume") })
	namespace := makeRestrictedNamespace(t)
	job := restrict(makeJob("one, two", shell("one", "echo one > /shared/one"), shell("two", "cat /shared/one"),
		shell("agent", "exec sleep 1000000")))
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.Equal(t, "one\n", logs(t, pod, "two"))
	require.Equal(t, []string{"orderly-install", "agent"}, containerNames(pod.Spec.InitContainers))
	require.False(t, slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Image != nil }))
}

// deliverBy changes the flag of the webhook that the chart's tools.delivery sets, and waits until every replica has it.
func deliverBy(t *testing.T, delivery string) {
	t.Helper()
	ctx := cleanupContext(t)
	deployments := client.AppsV1().Deployments(orderlyNamespace)
	require.NoError(t, retry.RetryOnConflict(retry.DefaultRetry, func() error {
		deployment, err := deployments.Get(ctx, "orderly-webhook", metav1.GetOptions{})
		if err != nil {
			return err
		}
		args := deployment.Spec.Template.Spec.Containers[0].Args
		i := slices.IndexFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--delivery=") })
		require.GreaterOrEqual(t, i, 0, "the chart sets no --delivery")
		args[i] = "--delivery=" + delivery
		_, err = deployments.Update(ctx, deployment, metav1.UpdateOptions{})
		return err
	}))
	waitForOrderly(t)
}

// restrict makes a Job satisfy PodSecurity restricted, with a user that no image knows and a read-only root.
func restrict(job *batchv1.Job) *batchv1.Job {
	spec := &job.Spec.Template.Spec
	user, group, yes, no := int64(1000650000), int64(1000650000), true, false
	spec.SecurityContext = &corev1.PodSecurityContext{
		RunAsUser: &user, FSGroup: &group, RunAsNonRoot: &yes,
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	for i := range spec.Containers {
		spec.Containers[i].SecurityContext = &corev1.SecurityContext{
			AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes,
			Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		}
	}
	return job
}
