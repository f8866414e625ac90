package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// grace is the terminationGracePeriodSeconds of the tests' Pods: short, because some sidecars use all of it.
const grace = 2

// makeNamespace creates a namespace that opted in. When the test fails, what is in it is printed before it goes.
func makeNamespace(t *testing.T) string {
	t.Helper()
	return createNamespace(t, map[string]string{contract.LabelInject: contract.InjectEnabled})
}

// makeRestrictedNamespace also lets in only Pods that satisfy PodSecurity restricted.
func makeRestrictedNamespace(t *testing.T) string {
	t.Helper()
	return createNamespace(t, map[string]string{
		contract.LabelInject:                 contract.InjectEnabled,
		"pod-security.kubernetes.io/enforce": "restricted",
	})
}

func createNamespace(t *testing.T, labels map[string]string) string {
	t.Helper()
	ns, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "e2e-", Labels: labels},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx := cleanupContext(t)
		if t.Failed() {
			printNamespace(ctx, t, ns.Name)
		}
		require.NoError(t, client.CoreV1().Namespaces().Delete(ctx, ns.Name, metav1.DeleteOptions{}))
	})
	waitFor(t, "the ServiceAccount of "+ns.Name, func() (bool, string) {
		_, err := client.CoreV1().ServiceAccounts(ns.Name).Get(t.Context(), "default", metav1.GetOptions{})
		return err == nil, describe(err)
	})
	return ns.Name
}

// shell is a container that runs a script.
func shell(name, script string) corev1.Container {
	return corev1.Container{Name: name, Image: busybox, Command: []string{"sh", "-c", script}}
}

// makeJob is a Job with the given steps and containers that all share a volume at /shared.
func makeJob(steps string, containers ...corev1.Container) *batchv1.Job {
	seconds := int64(grace)
	job := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: "job"},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{contract.AnnotationSteps: steps}},
			Spec: corev1.PodSpec{
				RestartPolicy:                 corev1.RestartPolicyNever,
				TerminationGracePeriodSeconds: &seconds,
				Volumes:                       []corev1.Volume{{Name: "shared", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
			},
		}},
	}
	for _, c := range containers {
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: "shared", MountPath: "/shared"})
		job.Spec.Template.Spec.Containers = append(job.Spec.Template.Spec.Containers, c)
	}
	return job
}

// ask adds an annotation for the Pods of a Job.
func ask(job *batchv1.Job, annotation, value string) *batchv1.Job {
	metav1.SetMetaDataAnnotation(&job.Spec.Template.ObjectMeta, annotation, value)
	return job
}

// runOnce has a Job make no second Pod when the first fails.
func runOnce(job *batchv1.Job) *batchv1.Job {
	job.Spec.BackoffLimit = new(int32(0))
	return job
}

func createJob(t *testing.T, namespace string, job *batchv1.Job) *batchv1.Job {
	t.Helper()
	created, err := client.BatchV1().Jobs(namespace).Create(t.Context(), job, metav1.CreateOptions{})
	require.NoError(t, err)
	return created
}

// execProbe is a readiness probe that runs a shell command every second.
func execProbe(script string) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"sh", "-c", script}}},
		PeriodSeconds: 1,
	}
}

// createConfigMap creates a ConfigMap with that content.
func createConfigMap(t *testing.T, namespace, name string, data map[string]string) {
	t.Helper()
	_, err := client.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}, createOptions())
	require.NoError(t, err)
}

// createSecret creates a Secret of a type with that content.
func createSecret(t *testing.T, namespace, name string, kind corev1.SecretType, data map[string]string) {
	t.Helper()
	_, err := client.CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Type: kind, StringData: data,
	}, createOptions())
	require.NoError(t, err)
}
