package sidecarstop_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/ending"
	"orderly.dev/sidecarstop/podview"
)

// podCache gives the cache's settings for Pods.
func podCache(t testing.TB) cache.ByObject {
	t.Helper()
	for object, settings := range sidecarstop.CacheOptions().ByObject {
		if _, isPod := object.(*corev1.Pod); isPod {
			return settings
		}
	}
	t.Fatal("the cache has no settings for Pods")
	return cache.ByObject{}
}

// reduced gives the Pod as the cache holds it.
func reduced(t testing.TB, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	kept, err := podCache(t).Transform(pod.DeepCopy())
	require.NoError(t, err)
	return kept.(*corev1.Pod)
}

func TestOnlyManagedPodsAreCached(t *testing.T) {
	selector := podCache(t).Label
	require.True(t, selector.Matches(labels.Set{contract.LabelManaged: "true", "app": "x"}))
	require.False(t, selector.Matches(labels.Set{"app": "x"}))
}

func TestCachedPodsHoldOnlyWhatIsRead(t *testing.T) {
	pod := makePod(isReady, aStep("a", ended(0)), aNative("n", readied), aWrapped("w", readied), aSidecar("r", readied),
		annotated("kubectl.kubernetes.io/last-applied-configuration", "{}"))
	pod.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	pod.OwnerReferences = []metav1.OwnerReference{{Name: "job"}}
	pod.Spec.Volumes = []corev1.Volume{{Name: "v"}}
	pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "A", Value: "b"}}
	pod.Status.ContainerStatuses[0].ImageID = "sha256:1"
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady}}
	facts := makeFacts(t, pod, "")
	want := sidecarstop.Decide(pod, facts, now)
	require.False(t, want.IsNothing())

	reduced, err := podCache(t).Transform(pod.DeepCopy())
	require.NoError(t, err)
	got, isPod := reduced.(*corev1.Pod)
	require.True(t, isPod)
	require.Equal(t, want, sidecarstop.Decide(got, facts, now))
	require.Equal(t, pod.UID, got.UID)
	require.Equal(t, map[string]string{contract.LabelManaged: "true"}, got.Labels)
	require.Equal(t, map[string]string{contract.AnnotationReady: contract.ReadyValue}, got.Annotations)
	require.Empty(t, got.ManagedFields)
	require.Empty(t, got.OwnerReferences)
	require.Empty(t, got.Spec.Volumes)
	require.Empty(t, got.Spec.Containers[0].Env)
	require.Empty(t, got.Status.ContainerStatuses[0].ImageID)
	require.Empty(t, got.Status.Conditions)
}

func TestTheNoteThatAPodVanishedPassesTheCache(t *testing.T) {
	want := toolscache.DeletedFinalStateUnknown{Key: "default/job-x1"}
	got, err := podCache(t).Transform(want)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// Whatever a container runs, what is kept of it says the same about it.
func TestOfACommandTheWrapperIsKeptWhereverItStands(t *testing.T) {
	flags := contract.Options{Step: "a", PostFile: contract.MarkerFile("a"), ReadyFiles: []string{contract.ReadyFile}, Entrypoint: "sh"}.Words()
	ours := append([]string{contract.WrapperPath}, flags...)
	for _, tc := range []struct {
		name          string
		command, args []string
		wantCommand   []string
		wantArgs      []string
	}{
		{"no command", nil, []string{"-c", "script"}, nil, nil},
		{"a command of the user's", []string{"sh", "-c", "script"}, []string{"x"}, []string{"sh"}, nil},
		{"the wrapper in the command", ours, []string{"-c", "script"}, ours, nil},
		{"the script in the command too", slices.Concat(ours, []string{"-c", "script"}), nil, ours, nil},
		{"the wrapper in the command, its flags in the args", ours[:1], slices.Concat(ours[1:], []string{"-c"}), ours, nil},
		{"the wrapper in the args", nil, slices.Concat(ours, []string{"-c"}), nil, ours},
		{"behind another tool", []string{"/vault/vault-env", "--"}, slices.Concat(ours, []string{"-c"}), []string{"/vault/vault-env"}, ours},
		{"behind a program of the user's that is called like the waiter", []string{contract.ToolsWrapper, "--"}, ours, []string{contract.ToolsWrapper}, ours},
		{"flags without an end", []string{contract.WrapperPath, "-step", "a"}, nil, []string{contract.WrapperPath}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod()
			pod.Spec.Containers = []corev1.Container{{Name: "a", Command: tc.command, Args: tc.args}}
			kept := reduced(t, pod)
			require.Equal(t, tc.wantCommand, kept.Spec.Containers[0].Command)
			require.Equal(t, tc.wantArgs, kept.Spec.Containers[0].Args)
			want, got := podview.Of(pod).Containers[0], podview.Of(kept).Containers[0]
			require.Equal(t, want.Role, got.Role)
			require.Equal(t, want.Ours, got.Ours)
		})
	}
}

func TestOfTheClonerItsOrderIsKept(t *testing.T) {
	huge := `{"repositories":"` + strings.Repeat("x", 1<<20) + `"}`
	for _, tc := range []struct {
		name, container string
		command, args   []string
		wantCommand     []string
		wantArgs        []string
	}{
		{"in the args", contract.CloneContainer, []string{contract.ToolsCloner}, []string{order}, []string{contract.ToolsCloner}, []string{order}},
		{"in the command", contract.CloneContainer, []string{contract.ToolsCloner, order}, nil, []string{contract.ToolsCloner}, []string{order}},
		{"behind a long script", contract.CloneContainer, []string{"sh", "-c", huge}, []string{contract.ToolsCloner, order},
			[]string{contract.ToolsCloner}, []string{order}},
		{"one that cannot be read", contract.CloneContainer, []string{contract.ToolsCloner}, []string{huge}, []string{contract.ToolsCloner}, nil},
		{"of a program that is called like it", "setup", []string{contract.ToolsCloner}, []string{order}, []string{contract.ToolsCloner}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod()
			pod.Spec.InitContainers = []corev1.Container{{Name: tc.container, Command: tc.command, Args: tc.args}}
			kept := reduced(t, pod)
			require.Equal(t, tc.wantCommand, kept.Spec.InitContainers[0].Command)
			require.Equal(t, tc.wantArgs, kept.Spec.InitContainers[0].Args)
			require.Equal(t, podview.Of(pod).Containers[0].Order, podview.Of(kept).Containers[0].Order)
		})
	}
}

func TestWhatTheClonerSaysIsKeptAsFarAsAKubeletReadsIt(t *testing.T) {
	failures := strings.Repeat("app (https://git.example.com/team/app.git): no\n", 80)
	report := clone.Report{Sources: []clone.Source{{RefType: "branch", RefName: "main", Commit: strings.Repeat("1a", 20)}}}.Text()
	for _, tc := range []struct{ name, message, want string }{
		{"a report behind its log", failures + report, failures + report},
		{"failures", failures, failures},
		{"more than a kubelet reads", strings.Repeat("x", 5000), strings.Repeat("x", 4096)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(aCloner(ended(1)), anInit("setup", ended(1)))
			for i := range pod.Status.InitContainerStatuses {
				pod.Status.InitContainerStatuses[i].State.Terminated.Message = tc.message
			}
			kept := reduced(t, pod).Status.InitContainerStatuses
			require.Equal(t, contract.CloneContainer, kept[1].Name)
			require.Equal(t, tc.want, kept[1].State.Terminated.Message)
			require.LessOrEqual(t, len(kept[0].State.Terminated.Message), 512, "of any other container less is kept")
		})
	}
}

func TestPodsOfOneTemplateShareWhatTheyHaveInCommon(t *testing.T) {
	first, second := reduced(t, makeLargePod(1)), reduced(t, makeLargePod(2))
	require.Same(t, &first.Spec.Containers[0], &second.Spec.Containers[0])
	other := makeLargePod(3)
	other.Spec.Containers[0].Image += ":2"
	require.NotSame(t, &first.Spec.Containers[0], &reduced(t, other).Spec.Containers[0])
	require.Equal(t, "registry.example/build", first.Spec.Containers[0].Image)
}

func TestOfATerminationMessageTheReportIsKept(t *testing.T) {
	line := contract.Report{Marker: contract.Marker{Step: "a", Reason: contract.Completed, Attempts: 1}}.Line()
	for _, tc := range []struct{ name, message, want string }{
		{"a report", line, strings.TrimSuffix(line, "\n")},
		{"a report behind something else", strings.Repeat("x", 4000) + "\n" + line, strings.TrimSuffix(line, "\n")},
		{"something else", "no such file", "no such file"},
		{"much of it", strings.Repeat("x", 4000) + strings.Repeat("y", 4000), strings.Repeat("x", 381) + "…" + strings.Repeat("y", 128)},
		{"letters of several bytes", strings.Repeat("ä", 4000), strings.Repeat("ä", 190) + "…" + strings.Repeat("ä", 64)},
		{"bytes that are no text", strings.Repeat("\x80", 4000), "…"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(aStep("a", ended(0)))
			pod.Status.ContainerStatuses[0].State.Terminated.Message = tc.message
			require.Equal(t, tc.want, reduced(t, pod).Status.ContainerStatuses[0].State.Terminated.Message)
		})
	}
}

// Else a Pod whose image is large and whose node is busy would be cancelled.
func TestTheCauseAtTheEndOfALongMessageIsKept(t *testing.T) {
	message := strings.Repeat("creating snapshot of layer sha256:0123456789abcdef; ", 40) + "context deadline exceeded: unknown"
	pod := makePod(aStep("a", aWaitingReason("CreateContainerError")))
	pod.Status.ContainerStatuses[0].State.Waiting.Message = message
	facts := makeFacts(t, pod, "")
	for _, seen := range []*corev1.Pod{pod, reduced(t, pod)} {
		facts.Ending.Troubles = ending.Troubles{}.After(podview.Of(seen), now)
		require.Empty(t, facts.Ending.Troubles)
		facts.Ending.Patience = map[string]time.Duration{"CreateContainerError": 0}
		require.Empty(t, sidecarstop.Decide(seen, facts, now).Annotations[contract.AnnotationCancel])
	}
}
