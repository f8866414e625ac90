package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"

	"orderly.dev/mutate/contract"
)

// This node can mount images, and so can every other that takes Pods: the wrapper comes as a volume, without an init container.
func TestWrapperComesAsAVolumeWhereEveryNodeCanMountImages(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	createJob(t, namespace, makeJob("one", shell("one", "true")))

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.Empty(t, pod.Spec.InitContainers)
	require.True(t, slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Image != nil }))
}

// Where nodes cannot mount images as volumes, the operator has an init container copy the wrapper instead.
// Not parallel: the webhook is configured anew for it, and back.
func TestWrapperComesByAnInitContainerWhereTheOperatorSaysSo(t *testing.T) {
	deliverBy(t, "initContainer")
	t.Cleanup(func() { deliverBy(t, "auto") })
	t.Run("into a namespace that lets in little", func(t *testing.T) {
		namespace := makeRestrictedNamespace(t)
		makeLimits(t, namespace)
		job := restrict(makeJob("one, two", shell("one", "cat src/main.go > /shared/one"), shell("two", "cat /shared/one"),
			shell("agent", "exec sleep 1000000")))
		createJob(t, namespace, ask(job, contract.AnnotationClone, "- {url: "+gitServers(t).open("app")+"}"))

		waitForJob(t, namespace, batchv1.JobComplete)

		pod := getPod(t, namespace)
		require.Equal(t, appSource, logs(t, pod, "two"))
		require.Equal(t, []string{"orderly-install", contract.CloneContainer, "agent"}, containerNames(pod.Spec.InitContainers))
		require.False(t, slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Image != nil }))
	})
	t.Run("and its absence is told", func(t *testing.T) {
		pod := createWithoutTools(t)
		pod = awaitPod(t, pod, "the end of the Pod", hasFailed)
		require.Contains(t, status(t, pod, "orderly-install").State.Terminated.Message, "/entrypoint")
	})
}

// The image of the tools has no wrapper in it. The Pod fails, and its status says what is missing.
func TestPodWhoseWrapperIsMissingFails(t *testing.T) {
	t.Parallel()
	pod := createWithoutTools(t)
	pod = awaitPod(t, pod, "the end of the Pod", hasFailed)
	for _, step := range []string{"one", "two"} {
		terminated := status(t, pod, step).State.Terminated
		require.Equal(t, "StartError", terminated.Reason)
		require.EqualValues(t, 128, terminated.ExitCode)
		require.Contains(t, terminated.Message, contract.WrapperPath)
	}
}

// createWithoutTools creates a Pod as Orderly would have written it, but with an image of the tools that holds none.
func createWithoutTools(t *testing.T) *corev1.Pod {
	t.Helper()
	pod := rewritten(t, []corev1.Container{shell("one", "true"), shell("two", "true")})
	for i := range pod.Spec.Volumes {
		if image := pod.Spec.Volumes[i].Image; image != nil {
			image.Reference = busybox
		}
	}
	for i := range pod.Spec.InitContainers {
		pod.Spec.InitContainers[i].Image = busybox
	}
	// The image of the tools names a user of its own, and this one does not.
	pod.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsUser: new(int64(65532))}
	return createPod(t, createNamespace(t, nil), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "without-tools", Labels: map[string]string{contract.LabelInject: contract.InjectNo}},
		Spec:       pod.Spec,
	})
}

func hasFailed(pod *corev1.Pod) bool { return pod.Status.Phase == corev1.PodFailed }

// makeLimits bounds what each container of a namespace asks for and gets, and has a quota that counts limits.
func makeLimits(t *testing.T, namespace string) {
	t.Helper()
	of := func(cpu, memory string) corev1.ResourceList {
		return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)}
	}
	_, err := client.CoreV1().LimitRanges(namespace).Create(t.Context(), &corev1.LimitRange{
		ObjectMeta: metav1.ObjectMeta{Name: "range"},
		Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{
			Type: corev1.LimitTypeContainer,
			Min:  of("20m", "20Mi"), Max: of("80m", "60Mi"), MaxLimitRequestRatio: of("2", "2"),
			Default: of("50m", "50Mi"), DefaultRequest: of("40m", "40Mi"),
		}}},
	}, createOptions())
	require.NoError(t, err)
	makeQuota(t, namespace, corev1.ResourceList{
		corev1.ResourceLimitsCPU: resource.MustParse("1"), corev1.ResourceLimitsMemory: resource.MustParse("1Gi"),
	})
}

// deliverBy changes the flag of the webhook that the chart's tools.delivery sets, and waits until every replica has it.
func deliverBy(t *testing.T, delivery string) {
	t.Helper()
	ctx := cleanupContext(t)
	deployments := client.AppsV1().Deployments(orderlyNamespace)
	require.NoError(t, retry.RetryOnConflict(retry.DefaultRetry, func() error {
		deployment, err := deployments.Get(ctx, webhookServer, metav1.GetOptions{})
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
