package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// A step is killed, as by the kernel when memory runs out, and nobody but the wrappers of its own Pod can notice: the companion is away.
// The cleanup step runs, the sidecar leaves, and the Pod is Failed.
// Not parallel: other tests need the companion.
func TestKilledStepIsNoticedWithoutTheCompanion(t *testing.T) {
	stopDeployment(t, companion)
	pod := createByHand(t, func(c *corev1.Container, o *contract.Options) {
		if c.Name == "cleanup" {
			o.RunIf = contract.RunAlways
		}
	}, shell("work", "echo working; exec sleep 1000000"), shell("cleanup", "echo cleaned"), shell(wrappedSidecar, "exec sleep 1000000"))
	pod = awaitPod(t, pod, "every container to run", func(p *corev1.Pod) bool {
		return len(p.Status.ContainerStatuses) == 3 && !slices.ContainsFunc(p.Status.ContainerStatuses, func(s corev1.ContainerStatus) bool {
			return s.State.Running == nil
		}) && logs(t, p, "work") == "working\n"
	})

	require.NoError(t, syscall.Kill(initOf(t, status(t, pod, "work")), syscall.SIGKILL))

	pod = awaitPod(t, pod, "the end of the Pod", func(p *corev1.Pod) bool {
		return p.Status.Phase == corev1.PodFailed || p.Status.Phase == corev1.PodSucceeded
	})
	require.Equal(t, corev1.PodFailed, pod.Status.Phase)
	require.EqualValues(t, 137, status(t, pod, "work").State.Terminated.ExitCode)
	require.Equal(t, "cleaned\n", logs(t, pod, "cleanup"))
	require.Zero(t, status(t, pod, "cleanup").State.Terminated.ExitCode)
	require.Equal(t, contract.UpstreamFailed, report(t, pod, "cleanup").Reason)
	require.Equal(t, []string{"work"}, report(t, pod, "cleanup").Failed)
	require.Zero(t, status(t, pod, wrappedSidecar).State.Terminated.ExitCode, "the sidecar left by itself")
}

// wrappedSidecar is a name that Orderly takes for a sidecar that somebody else's webhook added: it is wrapped, not made native.
const wrappedSidecar = "istio-proxy"

// createByHand creates a Pod as Orderly would have written it, with changed flags of the wrapper, where Orderly does not see it. All
// containers but wrappedSidecar are steps, in their order; its gate is open.
func createByHand(t *testing.T, change func(*corev1.Container, *contract.Options), containers ...corev1.Container) *corev1.Pod {
	t.Helper()
	pod := rewritten(t, containers)
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		found, wrapped := contract.FindWrapper(c.Command)
		require.Truef(t, wrapped, "%s is not wrapped: %q", c.Name, c.Command)
		change(c, &found.Options)
		c.Command = slices.Concat(c.Command[:found.Flags], found.Options.Words(), c.Command[found.End:])
	}
	created, err := client.CoreV1().Pods(createNamespace(t, nil)).Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:        "by-hand",
			Labels:      map[string]string{contract.LabelInject: contract.InjectNo},
			Annotations: map[string]string{contract.AnnotationReady: contract.ReadyValue},
		},
		Spec: pod.Spec,
	}, createOptions())
	require.NoError(t, err)
	return created
}

// rewritten is what Orderly makes of a Pod with these containers. It is not created.
func rewritten(t *testing.T, containers []corev1.Container) *corev1.Pod {
	t.Helper()
	var steps []string
	for _, c := range containers {
		if c.Name != wrappedSidecar {
			steps = append(steps, c.Name)
		}
	}
	seconds, noToken := int64(grace), false
	pod, err := client.CoreV1().Pods(makeNamespace(t)).Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "by-hand", Annotations: map[string]string{contract.AnnotationSteps: strings.Join(steps, ", ")}},
		Spec: corev1.PodSpec{
			RestartPolicy:                 corev1.RestartPolicyNever,
			TerminationGracePeriodSeconds: &seconds,
			AutomountServiceAccountToken:  &noToken,
			Containers:                    containers,
		},
	}, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	require.NoError(t, err)
	return pod
}

// awaitPod waits until a Pod satisfies the condition.
func awaitPod(t *testing.T, pod *corev1.Pod, what string, condition func(*corev1.Pod) bool) *corev1.Pod {
	t.Helper()
	waitFor(t, what, func() (bool, string) {
		now, err := client.CoreV1().Pods(pod.Namespace).Get(t.Context(), pod.Name, metav1.GetOptions{})
		if err != nil {
			return false, err.Error()
		}
		pod = now
		return condition(pod), asYAML(pod.Status)
	})
	return pod
}

// initOf is the first process of a running container, as this machine, which is the node, numbers it.
func initOf(t *testing.T, s corev1.ContainerStatus) int {
	t.Helper()
	parents := processesOf(t, s)
	for pid, parent := range parents {
		if _, inside := parents[parent]; !inside {
			return pid
		}
	}
	require.FailNowf(t, "no such process", "nothing of container %s runs here; the tests must run on the node", s.ContainerID)
	return 0
}

// processesOf are the processes of a running container, each with its parent.
func processesOf(t *testing.T, s corev1.ContainerStatus) map[int]int {
	t.Helper()
	_, id, found := strings.Cut(s.ContainerID, "://")
	require.Truef(t, found && id != "", "not the id of a container: %q", s.ContainerID)
	return processesIn(t, id)
}

// processesIn are the processes in cgroups with that word in their names, each with its parent.
func processesIn(t *testing.T, word string) map[int]int {
	t.Helper()
	parents := map[int]int{}
	files, err := filepath.Glob("/proc/[0-9]*/cgroup")
	require.NoError(t, err)
	for _, file := range files {
		groups, _ := os.ReadFile(file) // it may have ended meanwhile
		if !strings.Contains(string(groups), word) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		require.NoError(t, err)
		parents[pid] = parentOf(pid)
	}
	return parents
}

func parentOf(pid int) (parent int) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := strings.Cut(string(text), ") ") // behind the name: the state, the parent
	_, _ = fmt.Sscanf(after, "%c %d", new(rune), &parent)
	return parent
}

// commandOf is the name of a process' program.
func commandOf(pid int) string {
	name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)) // it may have ended meanwhile
	return strings.TrimSpace(string(name))
}
