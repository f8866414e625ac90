package mutate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

// emulatingPod gives a Pod that restarts always, with an init container that runs kubernetes-entrypoint with those variables.
func emulatingPod(variables ...string) *corev1.Pod {
	pod := makePod("", "api")
	pod.Spec.RestartPolicy = corev1.RestartPolicyAlways
	pod.Annotations = map[string]string{contract.AnnotationCompat: "kubernetes-entrypoint"}
	own := func(path string) *corev1.EnvVarSource {
		return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}}
	}
	env := []corev1.EnvVar{{Name: "POD_NAME", ValueFrom: own("metadata.name")}, {Name: "NAMESPACE", ValueFrom: own("metadata.namespace")}}
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		env = append(env, corev1.EnvVar{Name: name, Value: value})
	}
	mesh := corev1.Container{Name: "mesh", Image: "registry.example/mesh", RestartPolicy: new(corev1.ContainerRestartPolicyAlways)}
	init := corev1.Container{Name: "init", Image: "registry.example/init", Command: []string{"kubernetes-entrypoint"}, Env: env}
	pod.Spec.InitContainers = []corev1.Container{mesh, init}
	return pod
}

func TestEveryFormatOfKubernetesEntrypointIsWaitedFor(t *testing.T) {
	for _, tc := range []struct{ variable, want string }{
		{"DEPENDENCY_SERVICE=mariadb", `service: "mariadb"`},
		{"DEPENDENCY_SERVICE=identity:keystone-api", `service: "keystone-api", namespace: "identity"`},
		{"DEPENDENCY_CONTAINER=mesh", `container: "mesh"`},
		{"DEPENDENCY_DAEMONSET=ovs-agent", `daemonset: "ovs-agent"`},
		{"DEPENDENCY_DAEMONSET=openvswitch:ovs-agent", `daemonset: "ovs-agent", namespace: "openvswitch"`},
		{"DEPENDENCY_JOBS=migrate", `job: "migrate"`},
		{"DEPENDENCY_JOBS=data:migrate", `job: "migrate", namespace: "data"`},
		{`DEPENDENCY_JOBS_JSON=[{"name": "migrate", "namespace": "data"}]`, `job: "migrate", namespace: "data"`},
		{`DEPENDENCY_JOBS_JSON=[{"labels": {"initializes": "neutron"}}]`, `job: {labels: {"initializes": "neutron"}}`},
		{`DEPENDENCY_POD_JSON=[{"labels": {"app": "cache"}, "requireSameNode": true}]`, `pod: {labels: {"app": "cache"}, sameNode: true}`},
		{`DEPENDENCY_POD_JSON=[{"labels": {"app": "cache"}, "namespace": "data"}]`, `pod: {labels: {"app": "cache"}}, namespace: "data"`},
		{`DEPENDENCY_CUSTOM_RESOURCE=[{"apiVersion": "a.example/v1", "kind": "Foo", "name": "foo", "fields": [{"key": "status.phase", "value": "up"}]}]`,
			`resource: {apiVersion: "a.example/v1", kind: "Foo", name: "foo"}, fields: [{key: "status.phase", value: "up"}]`},
	} {
		t.Run(tc.variable, func(t *testing.T) {
			got := mustMutate(t, emulatingPod(tc.variable), makeConfig())
			require.Equal(t, "- {"+tc.want+`, for: ["init"], timeout: 1h0m0s}`+"\n", got.Annotations[contract.AnnotationResolvedWaits])
			require.Equal(t, []string{"/entrypoint", "-ready_file", "/builder/ready/for/init", "-entrypoint", "/nop", "--"}, got.Spec.InitContainers[1].Command)
		})
	}
}

func TestWhatOnlyTheContainerSeesIsForItsWaiter(t *testing.T) {
	got := mustMutate(t, emulatingPod("DEPENDENCY_SOCKET=/run/a.sock,/run/b.sock", "INTERFACE_NAME=eth1", "DEPENDENCY_CONFIG=/etc/a/a.conf"), makeConfig())
	require.NotContains(t, got.Annotations, contract.AnnotationResolvedWaits)
	require.Equal(t, contract.ManagedYes, got.Labels[contract.LabelManaged])
	require.Equal(t, []string{"/entrypoint", "-socket", "/run/a.sock,/run/b.sock", "-template", "/configmaps/a.conf/a.conf=/etc/a/a.conf@eth1",
		"-entrypoint", "/nop", "--"}, got.Spec.InitContainers[1].Command)
}

func TestAnInitContainerIsReplacedWhereItsCommandDoesNothing(t *testing.T) {
	for _, tc := range []struct {
		command  string
		replaced bool
	}{
		{"", true}, {"echo done", true}, {"/bin/echo a b > c", true}, {"true", true}, {"/bin/true", true}, {"sh -c true", true}, {"/bin/bash -c :", true},
		{"sh", false}, {"sh -c echo", false}, {"/tmp/init.sh", false}, {"touch /data/done", false}, {"sleep 5", false},
	} {
		t.Run(tc.command, func(t *testing.T) {
			got := mustMutate(t, emulatingPod("DEPENDENCY_SERVICE=a", "COMMAND="+tc.command), makeConfig()).Spec.InitContainers
			c := got[len(got)-1]
			require.Equal(t, tc.replaced, c.Command[0] == contract.ToolsWrapper)
			require.Equal(t, tc.replaced, c.Image == makeConfig().ToolsImage)
			if !tc.replaced {
				found, _ := contract.FindWrapper(c.Command)
				require.Equal(t, tc.command, strings.Join(append([]string{found.Options.Entrypoint}, found.Options.Args...), " "))
			}
		})
	}
}

func TestACommandOfKubernetesEntrypointNeedsNoLookup(t *testing.T) {
	pod := emulatingPod("DEPENDENCY_SERVICE=a")
	pod.Spec.Containers[0].Command = nil
	pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "DEPENDENCY_SERVICE"}, {Name: "COMMAND", Value: "serve"}}
	require.Empty(t, mutate.Lookups(pod, makeConfig(), mutate.Facts{}))
}

func TestAReplacedContainerCannotDoMoreThanBefore(t *testing.T) {
	for _, tc := range []struct {
		name         string
		given        *corev1.SecurityContext
		wantDropped  bool
		wantNonRoot  bool
		wantEscalate *bool
	}{
		{"nothing said", nil, true, true, new(false)},
		{"a user", &corev1.SecurityContext{RunAsUser: new(int64(65534))}, true, true, new(false)},
		{"root", &corev1.SecurityContext{RunAsUser: new(int64(0))}, false, false, new(false)},
		{"privileged", &corev1.SecurityContext{Privileged: new(true)}, false, false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := emulatingPod("DEPENDENCY_SERVICE=a")
			pod.Spec.InitContainers[1].SecurityContext = tc.given
			got := mustMutate(t, pod, makeConfig()).Spec.InitContainers[1].SecurityContext
			require.Equal(t, tc.wantDropped, got.Capabilities != nil)
			require.Equal(t, tc.wantNonRoot, got.RunAsNonRoot != nil && *got.RunAsNonRoot)
			require.Equal(t, tc.wantEscalate, got.AllowPrivilegeEscalation)
			if tc.given != nil {
				require.Equal(t, tc.given.RunAsUser, got.RunAsUser)
			}
		})
	}
}

func TestVariablesOfOtherProgramsAreNotMeant(t *testing.T) {
	misspelt := corev1.EnvVar{Name: "DEPENDENCY_SERVICES", Value: "a"}
	for _, tc := range []struct {
		name   string
		change func(init, api *corev1.Container)
		denied bool
	}{
		{"in a container that runs something else", func(_, api *corev1.Container) { api.Env = []corev1.EnvVar{misspelt} }, false},
		{"in a container that runs what its image says", func(_, api *corev1.Container) { api.Env, api.Command = []corev1.EnvVar{misspelt}, nil }, false},
		{"in one that runs kubernetes-entrypoint",
			func(_, api *corev1.Container) {
				api.Env, api.Command = []corev1.EnvVar{misspelt}, []string{"kubernetes-entrypoint"}
			}, true},
		{"beside COMMAND", func(_, api *corev1.Container) { api.Env = []corev1.EnvVar{misspelt, {Name: "COMMAND", Value: "serve"}} }, true},
		{"beside another that is known", func(init, _ *corev1.Container) { init.Env = append(init.Env, misspelt) }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := emulatingPod("DEPENDENCY_SERVICE=a")
			tc.change(&pod.Spec.InitContainers[1], &pod.Spec.Containers[0])
			_, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
			if !tc.denied {
				require.Empty(t, errs)
				return
			}
			require.NotEmpty(t, errs)
			require.Contains(t, errs.ToAggregate().Error(), `env[DEPENDENCY_SERVICES]: Invalid value: kubernetes-entrypoint knows no such variable`)
		})
	}
}
