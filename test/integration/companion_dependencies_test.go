package integration

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
)

// dependencyCase is something that a Pod waits for.
type dependencyCase struct {
	name string
	// waits is the text on the Pod, and missing what the Pod says. NAMESPACE is the Pod's.
	waits, missing string
	// arrange makes what is there but not as it should be, and gives what makes it so.
	arrange func(t *testing.T, namespace string) func(*testing.T)
}

var dependencyCases = []dependencyCase{
	{"a Service that gets endpoints", "- service: db\n", "service db: 0 of 1 endpoints ready", func(t *testing.T, namespace string) func(*testing.T) {
		slice := mustCreate(t, makeEndpoints(namespace, "db", false))
		return func(t *testing.T) { makeReady(t, slice) }
	}},
	{"a Service that comes later", "- service: db\n", "service db: no endpoints", func(_ *testing.T, namespace string) func(*testing.T) {
		return func(t *testing.T) { mustCreate(t, makeEndpoints(namespace, "db", true)) }
	}},
	{"a Job that succeeds", "- job: work\n", "job work: it has not succeeded yet", func(t *testing.T, namespace string) func(*testing.T) {
		job := mustCreate(t, makeJob(namespace))
		return func(t *testing.T) { setJobCondition(t, job, batchv1.JobSuccessCriteriaMet, batchv1.JobComplete) }
	}},
	{"a Job that failed and is replaced", "- job: work\n", "job work: failed for good", func(t *testing.T, namespace string) func(*testing.T) {
		setJobCondition(t, mustCreate(t, makeJob(namespace)), batchv1.JobFailureTarget, batchv1.JobFailed)
		return func(t *testing.T) {
			job := makeJob(namespace)
			require.NoError(t, admin.Delete(t.Context(), job, client.PropagationPolicy(metav1.DeletePropagationBackground)))
			setJobCondition(t, mustCreate(t, makeJob(namespace)), batchv1.JobSuccessCriteriaMet, batchv1.JobComplete)
		}
	}},
	{"Jobs with labels", "- job: {labels: {seeds: db}}\n", "0 of 1 Jobs succeeded, not yet work", func(t *testing.T, namespace string) func(*testing.T) {
		job := makeJob(namespace)
		job.Labels = map[string]string{"seeds": "db"}
		mustCreate(t, job)
		return func(t *testing.T) { setJobCondition(t, job, batchv1.JobSuccessCriteriaMet, batchv1.JobComplete) }
	}},
	{"Pods with labels", "- pod: {labels: {app: cache}}\n", "pod with app=cache", func(t *testing.T, namespace string) func(*testing.T) {
		pod := mustCreate(t, makeCache(namespace, "n2", nil))
		return func(t *testing.T) { setPodReady(t, pod) }
	}},
	{"Pods with labels on the same node", "- pod: {labels: {app: cache}, sameNode: true}\n", "pod with app=cache on this node",
		func(t *testing.T, namespace string) func(*testing.T) {
			setPodReady(t, mustCreate(t, makeCache(namespace, "n2", nil)))
			pod := mustCreate(t, makeCache(namespace, "n1", nil))
			return func(t *testing.T) { setPodReady(t, pod) }
		}},
	{"a DaemonSet", "- daemonset: agent\n", "daemonset agent: no Pod of the DaemonSet on node n1", func(t *testing.T, namespace string) func(*testing.T) {
		set := &appsv1.DaemonSet{Spec: appsv1.DaemonSetSpec{Selector: cacheSelector, Template: cacheTemplate}}
		set.Namespace, set.Name = namespace, "agent"
		mustCreate(t, set)
		owner := metav1.NewControllerRef(set, appsv1.SchemeGroupVersion.WithKind("DaemonSet"))
		setPodReady(t, mustCreate(t, makeCache(namespace, "n2", owner)))
		return func(t *testing.T) { setPodReady(t, mustCreate(t, makeCache(namespace, "n1", owner))) }
	}},
	{"a Deployment", "- deployment: api\n", "deployment api: ", func(t *testing.T, namespace string) func(*testing.T) {
		deployment := &appsv1.Deployment{Spec: appsv1.DeploymentSpec{Selector: cacheSelector, Template: cacheTemplate}}
		deployment.Namespace, deployment.Name = namespace, "api"
		mustCreate(t, deployment)
		return func(t *testing.T) {
			deployment.Status = appsv1.DeploymentStatus{
				ObservedGeneration: deployment.Generation, Replicas: 1, UpdatedReplicas: 1, ReadyReplicas: 1, AvailableReplicas: 1}
			require.NoError(t, admin.Status().Update(t.Context(), deployment))
		}
	}},
	{"a StatefulSet", "- statefulset: db\n", "statefulset db: ", func(t *testing.T, namespace string) func(*testing.T) {
		set := &appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{Selector: cacheSelector, Template: cacheTemplate}}
		set.Namespace, set.Name = namespace, "db"
		mustCreate(t, set)
		return func(t *testing.T) {
			set.Status = appsv1.StatefulSetStatus{ObservedGeneration: set.Generation, Replicas: 1, ReadyReplicas: 1, UpdatedReplicas: 1,
				CurrentReplicas: 1, AvailableReplicas: 1, CurrentRevision: "db-1", UpdateRevision: "db-1"}
			require.NoError(t, admin.Status().Update(t.Context(), set))
		}
	}},
	{"an object of a kind that was granted", "- resource: {apiVersion: gates.example.com/v1, kind: Foo, name: my-foo}\n" +
		"  fields: [{key: spec.phase, value: hunter2}]\n", "Foo my-foo (spec.phase): not as asked: spec.phase", func(t *testing.T, namespace string) func(*testing.T) {
		grantFoos(t, "gates.example.com")
		foo := makeFoo("gates.example.com", namespace, map[string]any{"phase": "new"})
		mustInstall(t, makeKind("gates.example.com", "Namespaced"), foo)
		return func(t *testing.T) {
			foo.Object["spec"] = map[string]any{"phase": "hunter2"}
			require.NoError(t, admin.Update(t.Context(), foo))
		}
	}},
}

var (
	cacheLabels   = map[string]string{"app": "cache"}
	cacheSelector = &metav1.LabelSelector{MatchLabels: cacheLabels}
	cacheTemplate = corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: cacheLabels},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "registry.example/c"}}},
	}
)

// makeCache gives a Pod of others on a node.
func makeCache(namespace, node string, owner *metav1.OwnerReference) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: *cacheTemplate.ObjectMeta.DeepCopy(), Spec: *cacheTemplate.Spec.DeepCopy()}
	pod.Namespace, pod.GenerateName, pod.Spec.NodeName = namespace, "cache-", node
	if owner != nil {
		pod.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	return pod
}

func setPodReady(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	pod.Status.Phase = corev1.PodRunning
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	require.NoError(t, admin.Status().Update(t.Context(), pod))
}

func makeReady(t *testing.T, slice *discoveryv1.EndpointSlice) {
	t.Helper()
	mustUpdate(t, slice, func(s *discoveryv1.EndpointSlice) { s.Endpoints[0].Conditions.Ready = new(true) })
}

// share makes a namespace consent.
func share(t *testing.T, namespace, with string) {
	t.Helper()
	mustUpdate(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, func(n *corev1.Namespace) {
		n.Annotations = map[string]string{contract.AnnotationShareReadinessWith: with}
	})
}

// grantFoos gives the companion the right to a kind, as the chart's dependencies.resources does.
func grantFoos(t *testing.T, group string) {
	t.Helper()
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "foos." + group}}
	role.Rules = []rbacv1.PolicyRule{{APIGroups: []string{group}, Resources: []string{"foos"}, Verbs: []string{"get", "list", "watch"}}}
	mustCreate(t, role)
	mustCreate(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "foos." + group},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: systemSpace, Name: "orderly-sidecarstop"}},
	})
}
