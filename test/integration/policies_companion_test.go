package integration

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
)

// mustBeCompanion is a client with the name of the companion's ServiceAccount, which may do everything until the test ends: what is refused is
// refused by the policy.
func mustBeCompanion(t *testing.T) client.Client {
	t.Helper()
	everything := mustCreate(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "companion-may-do-everything"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: companionUser}},
	})
	t.Cleanup(func() { require.NoError(t, admin.Delete(context.WithoutCancel(t.Context()), everything)) })
	companion, err := asCompanion()
	require.NoError(t, err)
	eventually(t, "the right to delete Pods", func() error {
		return client.IgnoreNotFound(companion.Delete(t.Context(), makePod("default"), client.DryRunAll))
	})
	return companion
}

func TestThePolicyLetsTheCompanionDoItsWork(t *testing.T) {
	companion := mustBeCompanion(t)
	held := makeManaged(t, makeNamespace(t, optedIn))
	bound := makeManaged(t, makeNamespace(t, optedIn))
	bind(t, bound)
	nop := fmt.Sprintf("spec: {containers: [{name: proxy, image: %s}]}", companionImage)
	for _, change := range []struct {
		subresource string
		pod         *corev1.Pod
		podChange
	}{
		{"status", held, podChange{"READY", annotationChange(contract.AnnotationReady, contract.ReadyValue), ""}},
		{"status", held, podChange{"READY for one container", annotationChange(contract.GateAnnotation("orderly-wait"), contract.ReadyValue), ""}},
		{"status", bound, podChange{"a cancel", annotationChange(contract.AnnotationCancel, "enough"), ""}},
		{"status", bound, podChange{"the dead", annotationChange(contract.AnnotationDead, `"a\nb"`), ""}},
		{"status", bound, podChange{"a result, with a condition", annotationChange(contract.AnnotationResult, "'{}'") +
			"\nstatus: {conditions: [{type: orderly.dev/Finished, status: 'True'}]}", ""}},
		{"status", held, podChange{"a condition that was there", "status: {conditions: [{type: orderly.dev/Ready, status: 'False', message: x}]}", ""}},
		{"status", held, podChange{"the end of a Pod without a node", "status: {phase: Failed, reason: Cancelled, message: enough, conditions: [{type: orderly.dev/Cancelled, status: 'True'}]}", ""}},
		{"", held, podChange{"the scheduling gate", "spec: {schedulingGates: [{name: orderly.dev/hold, $patch: delete}]}", ""}},
		{"", bound, podChange{"the deadline", "spec: {activeDeadlineSeconds: 1}", ""}},
		{"", bound, podChange{"a sidecar's image", nop, ""}},
	} {
		t.Run(change.name, func(t *testing.T) {
			change.requireJudged(t, change.judge(t, companion, change.pod, change.subresource))
		})
	}
}

func TestThePolicyRefusesTheCompanionEverythingElse(t *testing.T) {
	companion := mustBeCompanion(t)
	pod := makeManaged(t, makeNamespace(t, optedIn))
	bind(t, pod)
	held := makeManaged(t, makeNamespace(t, optedIn))
	const ofMetadata, ofAnnotations = "may change of metadata only annotations, not ", "may set of the annotations only"
	const ofSpec, ofContainer, ofStatus = "may change of a spec only images, activeDeadlineSeconds and schedulingGates, not ", "may change of a container only its image", "may change of a status only conditions, phase, reason and message, not "
	for _, change := range []struct {
		subresource string
		pod         *corev1.Pod
		podChange
	}{
		{"", pod, podChange{"the mark", "metadata: {labels: {orderly.dev/managed: null}}", ofMetadata + "labels"}},
		{"", pod, podChange{"a label", "metadata: {labels: {app: other}}", ofMetadata + "labels"}},
		{"status", pod, podChange{"a label by the status", "metadata: {labels: {app: other}}", ofMetadata + "labels"}},
		{"", pod, podChange{"a finalizer", "metadata: {finalizers: [example.com/mine]}", ofMetadata + "finalizers"}},
		{"", pod, podChange{"an owner", "metadata: {ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: x, uid: x}]}", ofMetadata + "ownerReferences"}},
		{"", pod, podChange{"somebody's annotation", annotationChange("example.com/note", "x"), ofAnnotations}},
		{"status", pod, podChange{"somebody's annotation by the status", annotationChange("example.com/note", "null"), ofAnnotations}},
		{"", pod, podChange{"an annotation of the user's", annotationChange(contract.AnnotationSteps, "build"), ofAnnotations}},
		{"", pod, podChange{"what was understood", annotationChange(contract.AnnotationResolvedWaits, "x"), ofAnnotations}},
		{"", pod, podChange{"a gate that is nearly READY", annotationChange(contract.AnnotationReady, "ready"), ofAnnotations}},
		{"", pod, podChange{"another image", "spec: {containers: [{name: proxy, image: evil.example/x}]}", ofContainer + ", and only to " + companionImage}},
		{"", pod, podChange{"one image of two", fmt.Sprintf("spec: {containers: [{name: proxy, image: %s}, {name: build, image: evil.example/x}]}", companionImage), ofContainer}},
		{"", pod, podChange{"the image of an init container", fmt.Sprintf("spec: {initContainers: [{name: prepare, image: %s}]}", companionImage), ofSpec + "initContainers"}},
		{"", pod, podChange{"a deadline that is far", "spec: {activeDeadlineSeconds: 30}", "may set activeDeadlineSeconds only to 1"}},
		{"", pod, podChange{"a toleration", "spec: {tolerations: [{key: example.com/x, operator: Exists}]}", ofSpec + "tolerations"}},
		{"", held, podChange{"the scheduling gate of somebody else", "spec: {schedulingGates: [{name: example.com/other, $patch: delete}]}", "may take away no scheduling gate but orderly.dev/hold"}},
		{"", held, podChange{"where a held Pod may run", "spec: {nodeSelector: {disk: fast}}", ofSpec + "nodeSelector"}},
		{"ephemeralcontainers", pod, podChange{"a debug container", "spec: {ephemeralContainers: [{name: debug, image: busybox}]}", ofSpec + "ephemeralContainers"}},
		{"resize", held, podChange{"resources", "spec: {containers: [{name: build, resources: {requests: {cpu: 20m}}}]}", ofContainer}},
		{"status", pod, podChange{"the phase of a Pod with a node", "status: {phase: Failed}", "only of a Pod without a node"}},
		{"status", pod, podChange{"a message", "status: {message: x}", "only of a Pod without a node"}},
		{"status", held, podChange{"another phase", "status: {phase: Succeeded}", "only of a Pod without a node"}},
		{"status", pod, podChange{"somebody's condition", "status: {conditions: [{type: Ready, status: 'True'}]}", "only conditions whose type begins with orderly.dev/"}},
		{"status", pod, podChange{"the conditions of others", "status: {conditions: [{type: PodScheduled, $patch: delete}]}", "only conditions whose type begins with orderly.dev/"}},
		{"status", pod, podChange{"an address", "status: {podIP: 10.0.0.1}", ofStatus}},
		{"status", pod, podChange{"what a container says", "status: {containerStatuses: [{name: build, image: x, imageID: x, ready: true, restartCount: 0}]}", ofStatus + "containerStatuses"}},
	} {
		t.Run(change.name, func(t *testing.T) {
			change.requireJudged(t, change.judge(t, companion, change.pod, change.subresource))
		})
	}
}

// The label is what makes a Pod the companion's, wherever it is. Also of namespaces in which nothing else is judged.
func TestThePolicyLetsTheCompanionTouchManagedPodsOnly(t *testing.T) {
	companion := mustBeCompanion(t)
	for _, tc := range []struct {
		name, namespace string
		labels          map[string]string
	}{
		{"in a namespace that opted in", makeNamespace(t, optedIn), nil},
		{"in another", makeNamespace(t, nil), nil},
		{"in kube-system", "kube-system", nil},
		{"with another value of the label", makeNamespace(t, nil), map[string]string{contract.LabelManaged: "yes"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(tc.namespace, labelled(tc.labels))
			pod.Name, pod.GenerateName = "", "work-"
			mustCreate(t, pod)
			for _, subresource := range []string{"", "status"} {
				change := podChange{"", annotationChange(contract.AnnotationCancel, "enough"), "the companion may change only Pods with the label orderly.dev/managed=true"}
				change.requireJudged(t, change.judge(t, companion, pod, subresource))
			}
			claim := podChange{"", `metadata: {labels: {orderly.dev/managed: "true"}}`, "the companion may change only Pods"}
			claim.requireJudged(t, claim.judge(t, companion, pod, ""))
		})
	}
}

// bind gives the Pod a node, as the scheduler does, after everybody has let it go.
func bind(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	mustUpdate(t, pod, func(p *corev1.Pod) { p.Spec.SchedulingGates = nil })
	binding := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name}, Target: corev1.ObjectReference{Kind: "Node", Name: "n1"}}
	require.NoError(t, admin.SubResource("binding").Create(t.Context(), pod.DeepCopy(), binding))
}
