package mutate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/dependency"
)

// emulation makes some containers of a Pod run kubernetes-entrypoint, at least one.
func (g generator) emulation(pod *corev1.Pod) {
	_, held := pod.Annotations[contract.AnnotationHold]
	pod.Annotations[contract.AnnotationCompat] = pick(g, "kubernetes-entrypoint", "- kubernetes-entrypoint", "[kubernetes-entrypoint]")
	chosen := 0
	for _, c := range allContainers(pod) {
		if chosen > 0 && g.chance(60) {
			continue
		}
		chosen++
		initial := slices.Contains(names(pod.Spec.InitContainers), c.Name) && c.RestartPolicy == nil
		c.Command, c.Args = []string{pick(g, "kubernetes-entrypoint", "/usr/local/bin/kubernetes-entrypoint")}, nil
		command := "sh -c run"
		if initial {
			command = pick(g, "echo done", "", "mkdir -p /data/x")
		}
		if initial && command == "" && g.chance(50) {
			c.Command = nil
		}
		c.Env = slices.Concat(c.Env, g.variables(c.Name, command, held))
	}
}

func (g generator) variables(container, command string, held bool) []corev1.EnvVar {
	own := func(path string) *corev1.EnvVarSource {
		return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}}
	}
	env := []corev1.EnvVar{
		{Name: "POD_NAME", ValueFrom: own("metadata.name")}, {Name: "NAMESPACE", ValueFrom: own("metadata.namespace")},
		{Name: "INTERFACE_NAME", Value: "eth0"}, {Name: "COMMAND", Value: command},
		{Name: "DEPENDENCY_SERVICE", Value: pick(g, "", "a", "other:a,"+container)},
		{Name: "DEPENDENCY_JOBS_JSON", Value: pick(g, "", `[{"labels": {"a": "b"}}]`)},
		{Name: "DEPENDENCY_CONFIG", Value: pick(g, "", "/data/a.conf")},
	}
	if !held {
		env = append(env, corev1.EnvVar{Name: "DEPENDENCY_DAEMONSET", Value: pick(g, "", "b")},
			corev1.EnvVar{Name: "DEPENDENCY_SOCKET", Value: pick(g, "", "/run/"+container)})
	}
	return env
}

// emulates reports whether a container of that Pod is to run something in the place of kubernetes-entrypoint.
func emulates(pod *corev1.Pod, c *corev1.Container) bool {
	_, asked := pod.Annotations[contract.AnnotationCompat]
	return asked && dependency.AsksKubernetesEntrypoint(c.Env)
}

// keepEmulated sets in a container what may change in one that ran kubernetes-entrypoint: its command and, where it is replaced, what belongs
// to its image. Who it runs as does not change.
func keepEmulated(t *testing.T, kept, got *corev1.Container) {
	t.Helper()
	kept.Args = got.Args
	if !isReplacedInit(got) {
		return
	}
	before := kept.SecurityContext
	if before == nil {
		before = &corev1.SecurityContext{}
	}
	require.Equal(t, before.RunAsUser, got.SecurityContext.RunAsUser)
	require.Equal(t, before.RunAsGroup, got.SecurityContext.RunAsGroup)
	kept.SecurityContext, kept.Image, kept.ImagePullPolicy = got.SecurityContext, got.Image, got.ImagePullPolicy
	kept.TerminationMessagePath, kept.TerminationMessagePolicy = got.TerminationMessagePath, got.TerminationMessagePolicy
}

func isReplacedInit(c *corev1.Container) bool {
	found, waits := contract.FindWaiter(slices.Concat(c.Command, c.Args))
	return waits && found.Options.Entrypoint == contract.ToolsNop && !strings.HasPrefix(c.Name, "orderly-")
}

func FuzzAnyEmulationIsJudged(f *testing.F) {
	for _, program := range []string{"kubernetes-entrypoint", "", "/a/kubernetes-entrypoint", "sh", "/entrypoint", contract.WrapperPath} {
		f.Add("kubernetes-entrypoint", program, "echo done", "a,b:c", "/run/s", true)
		f.Add("- kubernetes-entrypoint", program, "sh -c run", "", "/a", false)
		f.Add("[kubernetes-entrypoint]", program, "", "other", "", true)
		f.Add("kubernetes-entrypoint, x", program, contract.WrapperPath+" -- a", ",", "a", false)
		f.Add("kubernetes-entrypoint", program, "nice -- kubernetes-entrypoint", "b", "", false)
	}
	f.Fuzz(func(t *testing.T, compat, program, command, services, sockets string, initial bool) {
		c := corev1.Container{Name: "a", Image: "registry.example/a", Command: []string{program}, Env: []corev1.EnvVar{
			{Name: "NAMESPACE", Value: "ns"}, {Name: "COMMAND", Value: command}, {Name: "INTERFACE_NAME", Value: "eth0"},
			{Name: "DEPENDENCY_SERVICE", Value: services}, {Name: "DEPENDENCY_SOCKET", Value: sockets}, {Name: "DEPENDENCY_CONFIG", Value: sockets},
		}}
		if program == "" {
			c.Command = nil
		}
		for _, pod := range []*corev1.Pod{makePod("b", "b"), makePod("", "b")} {
			if pod.Annotations[contract.AnnotationSteps] == "" {
				pod.Annotations, pod.Spec.RestartPolicy = map[string]string{}, corev1.RestartPolicyAlways
			}
			pod.Annotations[contract.AnnotationCompat] = compat
			if initial {
				pod.Spec.InitContainers = []corev1.Container{*c.DeepCopy()}
			} else {
				pod.Spec.Containers = append(pod.Spec.Containers, *c.DeepCopy())
			}
			got, accepted := tryMutate(t, pod, makeConfig())
			if accepted {
				requireEqual(t, got, mustMutate(t, got, makeConfig()), "rewriting twice is not rewriting once")
				requireResolved(t, got)
			}
		}
	})
}

// Invariants that hold for Pods in which nothing is emulated would show nothing.
func TestGeneratedPodsEmulateInEveryWay(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(seeds) {
		g := newGenerator(seed)
		before := g.pod()
		pod := mustMutate(t, before, g.config())
		for _, c := range allContainers(pod) {
			if !emulates(pod, c) {
				continue
			}
			waiter, _ := contract.FindWaiter(c.Command)
			wrapper, wrapped := contract.FindWrapper(c.Command)
			isInit := slices.Contains(names(before.Spec.InitContainers), c.Name)
			for way, is := range map[string]bool{
				"an init container that is replaced":                      isReplacedInit(c),
				"one that waits at its gate":                              slices.Contains(waiter.Options.ReadyFiles, contract.GateFile(c.Name)),
				"one that waits inside":                                   isReplacedInit(c) && len(waiter.Options.Sockets) > 0,
				"one that makes files":                                    isReplacedInit(c) && len(waiter.Options.Templates) > 0,
				"an init container that runs its command":                 isInit && c.RestartPolicy == nil && wrapper.Options.Entrypoint == "mkdir",
				"a native sidecar":                                        isInit && c.RestartPolicy != nil && wrapped,
				"a step":                                                  wrapper.Options.PostFile != "" && wrapper.Options.Entrypoint == "sh",
				"a sidecar beside steps":                                  len(wrapper.Options.StopFiles) > 0 && wrapper.Options.Entrypoint == "sh",
				"a container of a Pod that restarts always":               !isInit && pod.Spec.RestartPolicy == corev1.RestartPolicyAlways,
				"a container that waits for nothing, but has a command":   !isInit && wrapped && len(wrapper.Options.ReadyFiles) == 0,
				"a container beside an installer, which brings the tools": wrapped && slices.Contains(names(pod.Spec.InitContainers), "orderly-install"),
			} {
				if is {
					seen[way]++
				}
			}
		}
	}
	require.Len(t, seen, 11, "%v", seen)
}
