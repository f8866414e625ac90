package podview_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

func TestWhatAContainerIsFollowsFromItsCommand(t *testing.T) {
	gate := contract.GateFile("c")
	for _, tc := range []struct {
		name      string
		container func(*corev1.Pod)
		want      podview.Role
		ours      bool
	}{
		{"a wrapper with a marker to leave", regular("c", wrapper(asStep("c"))), podview.Step, true},
		{"the same in the args, behind another tool", regular("c", []string{"/vault/vault-env"}, wrapper(asStep("c"))...), podview.Step, true},
		{"a wrapper that leaves on markers",
			regular("c", wrapper(contract.Options{StopFiles: []string{"/builder/run/a/done"}, Entrypoint: "x"})), podview.Wrapped, true},
		{"a wrapper that the kubelet stops, for a preStop hook", regular("c", wrapper(contract.Options{
			StopFiles: []string{"/builder/run/a/done"}, StopBy: contract.StopByKubelet, Entrypoint: "x"})), podview.Regular, true},
		{"a wrapper that only waits for a gate", regular("c", wrapper(contract.Options{ReadyFiles: []string{gate}, Entrypoint: "x"})), podview.Regular, true},
		{"a wrapper of another version may be a step", regular("c", []string{contract.WrapperPath, "-from_the_future", "--"}), podview.Step, true},
		{"any other command", regular("c", []string{"envoy"}), podview.Regular, false},
		{"a program that is called like the wrapper in its image", regular("c", []string{contract.ToolsWrapper, "-v", "--"}), podview.Regular, false},
		{"an ordinary init container", initial("c", "sh"), podview.Initial, false},
		{"an init container that waits for its gate", initial("c", waiter(contract.Options{ReadyFiles: []string{gate}})...), podview.Waiter, true},
		{"an init container that waits for an address, and looks at the Pod's cancel",
			initial("c", waiter(contract.Options{TCP: []string{"a:1"}, CancelFiles: []string{contract.CancelFile}})...), podview.Waiter, true},
		{"an init container that waits for an address", initial("c", waiter(contract.Options{TCP: []string{"a:1"}})...), podview.Initial, false},
		{"an init container that waits for the gate of another", initial("d", waiter(contract.Options{ReadyFiles: []string{gate}})...), podview.Initial, false},
		{"an init container whose program is called so", initial("c", contract.ToolsWrapper, "--"), podview.Initial, false},
		{"the cloner", initial(contract.CloneContainer, cloner...), podview.Initial, true},
		{"a program that is called like the cloner, in a container of another name", initial("c", cloner...), podview.Initial, false},
		{"a cloner with an order that cannot be read", initial(contract.CloneContainer, contract.ToolsCloner, "{}"), podview.Initial, false},
		{"a cloner with a second order", initial(contract.CloneContainer, append(cloner, cloner[1])...), podview.Initial, false},
		{"a cloner that always restarts", native(contract.CloneContainer, cloner...), podview.Native, false},
		{"an init container that always restarts", native("c", "envoy"), podview.Native, false},
		{"the same behind a wrapper with a gate",
			native("c", wrapper(contract.Options{ReadyFiles: []string{gate}, Entrypoint: "envoy"})...), podview.Native, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			view := podview.Of(makePod(tc.container))
			require.Len(t, view.Containers, 1)
			require.Equal(t, tc.want, view.Containers[0].Role)
			require.Equal(t, tc.ours, view.Containers[0].Ours)
			require.Equal(t, tc.ours, view.IsOurs())
		})
	}
}

func TestTheClonerIsFoundWithItsOrder(t *testing.T) {
	found, is := podview.Of(makePod(initial("setup", "sh"), initial(contract.CloneContainer, cloner...), regular("a", nil))).Cloner()
	require.True(t, is)
	require.Equal(t, contract.CloneContainer, found.Name)
	require.Equal(t, "https://git.example.com/team/app.git", found.Order.Repositories[0].URL.String())
	inArgs := makePod(initial(contract.CloneContainer, cloner[:1]...))
	inArgs.Spec.InitContainers[0].Args = cloner[1:]
	_, is = podview.Of(inArgs).Cloner()
	require.True(t, is)
	_, is = podview.Of(makePod(regular(contract.CloneContainer, cloner))).Cloner()
	require.False(t, is, "only an init container clones before the others start")
}

func TestStatusesAreFoundByName(t *testing.T) {
	pod := makePod(initial("b", "sh"), regular("a", wrapper(asStep("a"))), regular("b2", nil))
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "b2", RestartCount: 2}, {Name: "a", RestartCount: 1}, {Name: "b", RestartCount: 9}}
	pod.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: "b", RestartCount: 3}}
	var got []int32
	for _, c := range podview.Of(pod).Containers {
		got = append(got, c.Status.RestartCount)
	}
	require.Equal(t, []int32{3, 1, 2}, got)
}

func TestAContainerHasEndedForGoodWhenTheKubeletLeavesItAlone(t *testing.T) {
	ended := func(code int32) *corev1.ContainerStateTerminated {
		return &corev1.ContainerStateTerminated{ExitCode: code}
	}
	inInit := initial("c", "sh")
	inRegular := regular("c", wrapper(asStep("c")))
	for _, tc := range []struct {
		name       string
		container  func(*corev1.Pod)
		policy     corev1.RestartPolicy
		terminated *corev1.ContainerStateTerminated
		want       bool
	}{
		{"it runs", inRegular, corev1.RestartPolicyNever, nil, false},
		{"Never, with 0", inRegular, corev1.RestartPolicyNever, ended(0), true},
		{"Never, with 3", inRegular, corev1.RestartPolicyNever, ended(3), true},
		{"OnFailure, with 0", inRegular, corev1.RestartPolicyOnFailure, ended(0), true},
		{"OnFailure, with 3", inRegular, corev1.RestartPolicyOnFailure, ended(3), false},
		{"Always, with 0", inRegular, corev1.RestartPolicyAlways, ended(0), false},
		{"an init container of an Always Pod, with 0", inInit, corev1.RestartPolicyAlways, ended(0), true},
		{"an init container of an Always Pod, with 3", inInit, corev1.RestartPolicyAlways, ended(3), false},
		{"a waiter of an Always Pod, with 0", initial("c", waiter(contract.Options{ReadyFiles: []string{contract.GateFile("c")}})...),
			corev1.RestartPolicyAlways, ended(0), true},
		{"a native sidecar, with 0", native("c", "envoy"), corev1.RestartPolicyNever, ended(0), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod(tc.container, withPolicy(tc.policy))
			status := []corev1.ContainerStatus{{Name: "c", State: corev1.ContainerState{Terminated: tc.terminated}}}
			pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses = status, status
			require.Equal(t, tc.want, podview.Of(pod).Containers[0].EndedForGood())
		})
	}
}
