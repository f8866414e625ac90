package integration

import (
	"testing"

	"github.com/stretchr/testify/require"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// podsOf is what every workload here has in its spec.
func podsOf(change ...func(*corev1.Pod)) (*metav1.LabelSelector, corev1.PodTemplateSpec) {
	pod := makePod("", change...)
	pod.Spec.RestartPolicy = corev1.RestartPolicyAlways
	labels := map[string]string{"app": "x"}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels, Annotations: pod.Annotations}, Spec: pod.Spec}
	return &metav1.LabelSelector{MatchLabels: labels}, template
}

func makeDeployment(namespace string, change ...func(*corev1.Pod)) *appsv1.Deployment {
	selector, template := podsOf(change...)
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "work", Namespace: namespace},
		Spec:       appsv1.DeploymentSpec{Selector: selector, Template: template},
	}
}

// misspelt is an annotation that does not exist.
func misspelt() func(*corev1.Pod) { return annotated(map[string]string{"orderly.dev/stepz": "x"}) }

func TestEveryKindOfWorkloadIsJudgedByItsTemplate(t *testing.T) {
	meta := metav1.ObjectMeta{Name: "work", Namespace: makeNamespace(t, optedIn)}
	selector, template := podsOf(misspelt())
	for _, tc := range []struct {
		kind   string
		object client.Object
	}{
		{"Deployment", &appsv1.Deployment{ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Selector: selector, Template: template}}},
		{"StatefulSet", &appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Selector: selector, Template: template}}},
		{"DaemonSet", &appsv1.DaemonSet{ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Selector: selector, Template: template}}},
		{"ReplicaSet", &appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Selector: selector, Template: template}}},
	} {
		t.Run(tc.kind, func(t *testing.T) {
			err := admin.Create(t.Context(), tc.object)
			require.True(t, apierrors.IsInvalid(err), "%v", err)
			require.ErrorContains(t, err, `admission webhook "workloads.orderly.dev" denied the request: `+tc.kind+
				` "work" is invalid: spec.template.metadata.annotations[orderly.dev/stepz]: Forbidden: unknown annotation`)
		})
	}
}

func TestStepsInADeploymentAreDenied(t *testing.T) {
	err := admin.Create(t.Context(), makeDeployment(makeNamespace(t, optedIn), withSteps()))
	require.ErrorContains(t, err, `spec.template.spec.restartPolicy: Invalid value: "Always"`)
}

func TestAskingOnADeploymentItselfIsDenied(t *testing.T) {
	deployment := makeDeployment(makeNamespace(t, optedIn))
	deployment.Annotations = map[string]string{steps: "fetch"}
	err := admin.Create(t.Context(), deployment)
	require.ErrorContains(t, err, "metadata.annotations[orderly.dev/steps]: Forbidden: belongs in spec.template.metadata")
}

func TestAnEditOfADeploymentIsJudged(t *testing.T) {
	deployment := mustCreate(t, makeDeployment(makeNamespace(t, optedIn)))
	deployment.Spec.Template.Annotations = map[string]string{"orderly.dev/stepz": "x"}
	err := admin.Update(t.Context(), deployment)
	require.True(t, apierrors.IsInvalid(err), "%v", err)
}

func TestADeploymentThatWouldBeDeniedNowCanBeScaledAndRestarted(t *testing.T) {
	deployment := mustCreate(t, makeDeployment(makeNamespace(t, nil), misspelt()))
	optIn(t, deployment.Namespace)
	mustKubectl(t, nil, "--namespace", deployment.Namespace, "scale", "deployment", "work", "--replicas=3")
	mustKubectl(t, nil, "--namespace", deployment.Namespace, "rollout", "restart", "deployment", "work")
	mustUpdate(t, deployment, func(d *appsv1.Deployment) { d.Spec.Replicas = new(int32(2)) })
	current := mustGet(t, deployment)
	current.Status.ObservedGeneration = current.Generation
	require.NoError(t, admin.Status().Update(t.Context(), current))
}

func TestAReplicaSetOfADeploymentIsNotSentToTheWebhook(t *testing.T) {
	before := mustCount(t)
	selector, template := podsOf(misspelt())
	mustCreate(t, &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Name: "work-1", Namespace: makeNamespace(t, optedIn), OwnerReferences: []metav1.OwnerReference{
			{APIVersion: "apps/v1", Kind: "Deployment", Name: "work", UID: "1", Controller: new(true)},
		}},
		Spec: appsv1.ReplicaSetSpec{Selector: selector, Template: template},
	})
	require.Equal(t, before, mustCount(t), "the webhook was called")
}

func TestWorkloadsThatDoNotAskAreNotSentToTheWebhook(t *testing.T) {
	before := mustCount(t)
	mustCreate(t, makeDeployment(makeNamespace(t, optedIn)))
	require.Equal(t, before, mustCount(t), "the webhook was called")
}

func TestDeploymentsAreAllowedWhileTheWebhookIsAway(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	tryMisspelt := func() error {
		return admin.Create(t.Context(), makeDeployment(namespace, misspelt()), client.DryRunAll)
	}
	require.Error(t, tryMisspelt())
	port, err := freePort()
	require.NoError(t, err)
	original := leadWorkloadsTo(t, int32(port))
	defer func() { leadWorkloadsTo(t, original) }()
	eventually(t, "it is allowed", tryMisspelt)

	leadWorkloadsTo(t, original)
	eventually(t, "it is denied again", func() error {
		if tryMisspelt() == nil {
			return errNotYet
		}
		return nil
	})
}

// leadWorkloadsTo sets the port at which workloads are judged, and returns the one before.
func leadWorkloadsTo(t *testing.T, port int32) int32 {
	t.Helper()
	var before int32
	mustUpdate(t, &admissionregistrationv1.ValidatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: configuration}},
		func(c *admissionregistrationv1.ValidatingWebhookConfiguration) {
			service := c.Webhooks[0].ClientConfig.Service
			before, *service.Port = *service.Port, port
		})
	return before
}
