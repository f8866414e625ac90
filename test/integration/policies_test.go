package integration

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"orderly.dev/mutate/contract"
)

// waitForPolicies waits until the API server judges by the policies, which takes it a moment after they are created.
func waitForPolicies(ctx context.Context) error {
	companion, err := asCompanion()
	if err != nil {
		return err
	}
	patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata": {"annotations": {"orderly.dev/steps": "x"}}}`))
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	for _, who := range []client.Client{companion, admin} {
		for {
			err := who.Patch(ctx, untouched[0].pod.DeepCopy(), patch, client.DryRunAll)
			if isPolicy(err) {
				break
			}
			select {
			case <-ctx.Done():
				return errors.Join(fmt.Errorf("no policy judged within %v", readyTime), err)
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	return nil
}

// asCompanion is a client with the name and the rights of the companion's ServiceAccount.
func asCompanion() (client.Client, error) {
	config := rest.CopyConfig(adminConfig)
	config.Impersonate = rest.ImpersonationConfig{UserName: companionUser, Groups: companionGroups}
	return client.New(config, client.Options{})
}

func isPolicy(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "ValidatingAdmissionPolicy 'orderly-")
}

// podChange is a merge patch of a Pod in YAML, and what it is answered with: nothing where it is taken.
type podChange struct {
	name, patch, want string
}

// judge tries the change of the Pod, or of its status, which stays as it is.
func (c podChange) judge(t *testing.T, who client.Client, pod *corev1.Pod, subresource string) error {
	t.Helper()
	body, err := yaml.YAMLToJSON([]byte(c.patch))
	require.NoError(t, err)
	patch := client.RawPatch(types.StrategicMergePatchType, body)
	if subresource == "" {
		return who.Patch(t.Context(), pod.DeepCopy(), patch, client.DryRunAll)
	}
	return who.SubResource(subresource).Patch(t.Context(), pod.DeepCopy(), patch,
		&client.SubResourcePatchOptions{PatchOptions: client.PatchOptions{DryRun: []string{"All"}}})
}

// requireJudged asserts that the answer is the one that is wanted.
func (c podChange) requireJudged(t *testing.T, err error) {
	t.Helper()
	if c.want == "" {
		require.NoError(t, err)
		return
	}
	require.True(t, isPolicy(err), "%v", err)
	require.ErrorContains(t, err, c.want)
}

// makeManaged creates a Pod that was rewritten, holds a scheduling gate of ours and one of somebody else, and waits.
func makeManaged(t *testing.T, namespace string) *corev1.Pod {
	t.Helper()
	pod := mustCreate(t, makePod(namespace, annotated(map[string]string{
		contract.AnnotationWaitFor: "- service: db", contract.AnnotationHold: contract.HoldQueue, "example.com/note": "kept",
		contract.AnnotationSteps: "fetch, build", contract.AnnotationSidecarStop: "nop",
	}), labelled(map[string]string{"app": "work"}), func(pod *corev1.Pod) {
		pod.Finalizers = []string{"example.com/finalizer"}
		pod.Spec.InitContainers = []corev1.Container{{Name: "prepare", Image: "registry.example/prepare", Command: []string{"prepare"}}}
		pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "example.com/other"}}
		for i := range pod.Spec.Containers {
			pod.Spec.Containers[i].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1000m")}
		}
	}))
	require.Equal(t, contract.ManagedYes, pod.Labels[contract.LabelManaged])
	t.Cleanup(func() { removeFinalizers(t, pod) })
	return pod
}

// removeFinalizers lets the Pod go, so that it does not stay when the API server is asked to delete it.
func removeFinalizers(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata": {"finalizers": null}}`))
	require.NoError(t, admin.Patch(context.WithoutCancel(t.Context()), pod.DeepCopy(), patch))
}

const (
	onlyOrderly = "only Orderly writes this on a Pod that exists; send it as it is there, or not at all. To end the Pod set orderly.dev/cancel"
	tooLate     = "too late, set it when the Pod is created: it is read then and never again"
	notBack     = "metadata.annotations[orderly.dev/cancel]: a cancel cannot be taken back or changed"
	onlyMark    = "metadata.labels[orderly.dev/managed]: only Orderly sets this, when the Pod is created"
)

func annotationChange(key, value string) string {
	return fmt.Sprintf("metadata: {annotations: {%s: %s}}", key, value)
}

// keyChanges are changes of every key of the contract on a Pod that exists, with the answer that each gets from everybody but the companion.
func keyChanges() []podChange {
	changes := []podChange{
		{"a gate of one container", annotationChange(contract.GateAnnotation("app"), contract.ReadyValue), "metadata.annotations[ready.orderly.dev/app]: " + onlyOrderly},
		{"a key that nobody knows", annotationChange("orderly.dev/stepz", "x"), "metadata.annotations[orderly.dev/stepz]: " + tooLate},
		{"a key of somebody else", annotationChange("example.com/orderly.dev", "x"), ""},
	}
	for _, key := range contract.Keys() {
		change := podChange{key.Name, annotationChange(key.Name, "forged"), ""}
		switch {
		case key.Name == contract.AnnotationCancel, key.Name == contract.AnnotationEvents:
		case key.Name == contract.LabelManaged:
			change = podChange{key.Name, `metadata: {labels: {orderly.dev/managed: "false"}}`, onlyMark}
		case key.Name == contract.LabelInject:
			change = podChange{key.Name, `metadata: {labels: {orderly.dev/inject: "true"}}`, "metadata.labels[orderly.dev/inject]: " + tooLate}
		case key.Origin == contract.ByOrderly:
			change.want = "metadata.annotations[" + key.Name + "]: " + onlyOrderly
		default:
			change.want = "metadata.annotations[" + key.Name + "]: " + tooLate
		}
		changes = append(changes, change)
	}
	return changes
}

func TestNobodyElseChangesWhatOrderlySays(t *testing.T) {
	left := makeManaged(t, makeNamespace(t, optedIn))
	mustUpdate(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: left.Namespace}}, func(n *corev1.Namespace) { delete(n.Labels, contract.LabelInject) })
	for _, place := range []struct {
		name string
		pod  *corev1.Pod
	}{
		{"of a Pod in a namespace that opted in", makeManaged(t, makeNamespace(t, optedIn))},
		{"of a Pod whose namespace is opted in no longer", left},
	} {
		for _, subresource := range []string{"", "status"} {
			for _, change := range keyChanges() {
				t.Run(place.name+" "+subresource+" "+change.name, func(t *testing.T) {
					change.requireJudged(t, change.judge(t, admin, place.pod, subresource))
				})
			}
		}
	}
}

// A word of the companion that is gone would keep the Pod waiting, or let it be done twice.
func TestWhatOrderlySaidStays(t *testing.T) {
	pod := makeManaged(t, makeNamespace(t, optedIn))
	for _, change := range []podChange{
		{"the mark", "metadata: {labels: {orderly.dev/managed: null}}", onlyMark},
		{"what the Pod waits for", annotationChange(contract.AnnotationResolvedWaits, "null"), "metadata.annotations[orderly.dev/resolved-waits]: " + onlyOrderly},
		{"all annotations", "metadata: {annotations: null}", onlyOrderly},
		{"two of them", "metadata: {annotations: {orderly.dev/status: null, orderly.dev/ready: READY}}", "metadata.annotations[orderly.dev/ready, orderly.dev/status]: " + onlyOrderly},
		{"what a user asked for means nothing any more", annotationChange(contract.AnnotationSteps, "null"), ""},
	} {
		t.Run(change.name, func(t *testing.T) { change.requireJudged(t, change.judge(t, admin, pod, "")) })
	}
}

func TestACancelCannotBeTakenBack(t *testing.T) {
	pod := makeManaged(t, makeNamespace(t, optedIn))
	empty := podChange{"", annotationChange(contract.AnnotationCancel, `""`), ""}
	require.NoError(t, empty.judge(t, admin, pod, ""), "nothing is no cancel")
	mustUpdate(t, pod, func(p *corev1.Pod) { p.Annotations[contract.AnnotationCancel] = "enough" })
	for _, change := range []podChange{
		{"removed", annotationChange(contract.AnnotationCancel, "null"), notBack},
		{"made empty", annotationChange(contract.AnnotationCancel, `""`), notBack},
		{"another reason", annotationChange(contract.AnnotationCancel, "other"), notBack},
		{"the same reason", annotationChange(contract.AnnotationCancel, "enough"), ""},
	} {
		t.Run(change.name, func(t *testing.T) { change.requireJudged(t, change.judge(t, admin, pod, "")) })
	}
}

// What the kubelet, the scheduler, controllers and people do to Pods every day.
func TestThePoliciesLetEverythingElseThrough(t *testing.T) {
	pod := makeManaged(t, makeNamespace(t, optedIn))
	for _, change := range []struct {
		subresource string
		podChange
	}{
		{"", podChange{"labels and annotations", "metadata: {labels: {app: other, more: x}, annotations: {example.com/note: null, kubectl.kubernetes.io/last-applied-configuration: '{}'}}", ""}},
		{"", podChange{"finalizers", "metadata: {$deleteFromPrimitiveList/finalizers: [example.com/finalizer]}", ""}},
		{"", podChange{"a toleration", "spec: {tolerations: [{key: example.com/x, operator: Exists}]}", ""}},
		{"", podChange{"an image", "spec: {containers: [{name: build, image: registry.example/other}]}", ""}},
		{"", podChange{"a deadline", "spec: {activeDeadlineSeconds: 30}", ""}},
		{"", podChange{"a scheduling gate", "spec: {schedulingGates: [{name: example.com/other, $patch: delete}]}", ""}},
		{"ephemeralcontainers", podChange{"a debug container", "spec: {ephemeralContainers: [{name: debug, image: busybox}]}", ""}},
		{"resize", podChange{"resources", "spec: {containers: [{name: build, resources: {requests: {cpu: 20m}}}]}", ""}},
		{"status", podChange{"the status of the kubelet", "status: {phase: Running, podIP: 10.0.0.1, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: build, image: x, imageID: x, ready: true, restartCount: 0}]}", ""}},
		{"status", podChange{"the conditions of the controllers", "status: {conditions: [{type: DisruptionTarget, status: 'True', reason: DeletionByTaintManager}]}", ""}},
	} {
		t.Run(change.name, func(t *testing.T) {
			change.requireJudged(t, change.judge(t, admin, pod, change.subresource))
		})
	}
}

func TestAPodOfANamespaceThatDidNotOptInIsUntouched(t *testing.T) {
	pod := mustCreate(t, makePod(makeNamespace(t, nil), withSteps()))
	for _, change := range keyChanges() {
		if change.want == onlyMark {
			continue // the claim to be managed, below
		}
		t.Run(change.name, func(t *testing.T) { require.NoError(t, change.judge(t, admin, pod, "")) })
	}
	claim := podChange{"", `metadata: {labels: {orderly.dev/managed: "true"}}`, onlyMark}
	claim.requireJudged(t, claim.judge(t, admin, pod, ""))
}

// The API server limits what a policy may cost, and refuses what is over the limit.
func TestManyAnnotationsAreNotTooMuchForThePolicies(t *testing.T) {
	many := map[string]string{contract.AnnotationSteps: "fetch, build"}
	for i := range 16_000 {
		many[fmt.Sprintf("e.io/%x", i)] = ""
	}
	pod := mustCreate(t, makePod(makeNamespace(t, optedIn), annotated(many)))
	note := podChange{"", annotationChange("example.com/note", "x"), ""}
	require.NoError(t, note.judge(t, admin, pod, ""))
	companion, err := asCompanion()
	require.NoError(t, err)
	result := podChange{"", annotationChange(contract.AnnotationResult, "x"), ""}
	require.NoError(t, result.judge(t, companion, pod, "status"))
}

// A Binding's annotations become those of the Pod.
func TestABindingCarriesNoWordOfOurs(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	pod := mustCreate(t, makePod(namespace, withSteps()))
	for _, tc := range []struct {
		name        string
		annotations map[string]string
		refused     bool
	}{
		{"a gate", map[string]string{contract.GateAnnotation("build"): contract.ReadyValue}, true},
		{"a cancel", map[string]string{contract.AnnotationCancel: "enough"}, true},
		{"something else", map[string]string{"example.com/note": "x"}, false},
		{"nothing", nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			binding := &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: pod.Name, Annotations: tc.annotations}, Target: corev1.ObjectReference{Kind: "Node", Name: "n1"}}
			err := admin.SubResource("binding").Create(t.Context(), pod.DeepCopy(), binding, &client.SubResourceCreateOptions{CreateOptions: client.CreateOptions{DryRun: []string{"All"}}})
			require.Equal(t, tc.refused, isPolicy(err), "%v", err)
			require.Equal(t, tc.refused, err != nil, "%v", err)
		})
	}
}
