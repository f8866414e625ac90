package mutate_test

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// The changes that others make to a Pod before or after Orderly. Each is applied to the Pod as it came and to the rewritten one, so
// places are named by the user's containers, not by numbers, and what Orderly added is left alone.

type add struct {
	name  string
	apply func(*corev1.Pod, generator)
}

// adds are all of them; each list of several has a fuzzing function of its own.
var adds = slices.Concat(containerAdds, initContainerAdds, []add{
	{"nothing", func(*corev1.Pod, generator) {}},
	{"variables", addEnv},
	{"mounts", addMounts},
	{"a configuration of git", addGitConfig},
	{"a tool in front of every command", addTool},
	{"the API's defaults", addDefaults},
	{"another order of the containers", reorder},
})

var containerAdds = []add{
	{"a container with a command", func(pod *corev1.Pod, g generator) {
		addContainer(pod, g, corev1.Container{Name: "extra", Command: []string{"agent", "run"}})
	}},
	{"a container without a command", func(pod *corev1.Pod, g generator) {
		addContainer(pod, g, corev1.Container{Name: "extra", Args: []string{"run"}})
	}},
	{"a well-known container", func(pod *corev1.Pod, g generator) {
		addContainer(pod, g, corev1.Container{Name: "linkerd-proxy"})
	}},
}

var initContainerAdds = []add{
	{"an init container", func(pod *corev1.Pod, g generator) {
		addInitContainer(pod, g, corev1.Container{Name: "extra", Command: []string{"prepare"}})
	}},
	{"a native sidecar with a readiness probe", func(pod *corev1.Pod, g generator) {
		addInitContainer(pod, g, corev1.Container{
			Name: "extra", RestartPolicy: new(corev1.ContainerRestartPolicyAlways), ReadinessProbe: &corev1.Probe{},
		})
	}},
}

// addContainer inserts before a step or at the end.
func addContainer(pod *corev1.Pod, g generator, c corev1.Container) {
	chosen := pick(g, "step-0", "step-1", "step-2")
	before := firstOf(pod.Spec.Containers, func(name string) bool { return name == chosen })
	pod.Spec.Containers = insert(pod.Spec.Containers, before, c)
}

// addInitContainer inserts before an init container of the user's or, where there is no such, at the very end.
func addInitContainer(pod *corev1.Pod, g generator, c corev1.Container) {
	chosen := pick(g, "init-0", "init-1", "init-2")
	before := firstOf(pod.Spec.InitContainers, func(name string) bool { return name == chosen })
	pod.Spec.InitContainers = insert(pod.Spec.InitContainers, before, c)
}

func pick(g generator, names ...string) string { return names[g.IntN(len(names))] }

// firstOf gives the place of the first container that is wanted, or the end of the list.
func firstOf(list []corev1.Container, wanted func(name string) bool) int {
	if i := slices.IndexFunc(list, func(c corev1.Container) bool { return wanted(c.Name) }); i >= 0 {
		return i
	}
	return len(list)
}

func allContainers(pod *corev1.Pod) []*corev1.Container {
	var all []*corev1.Container
	for _, list := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	return all
}

// usersContainers gives all containers but those that Orderly added.
func usersContainers(pod *corev1.Pod) []*corev1.Container {
	return slices.DeleteFunc(allContainers(pod), func(c *corev1.Container) bool {
		return strings.HasPrefix(c.Name, "orderly-")
	})
}

func addEnv(pod *corev1.Pod, _ generator) {
	for _, c := range usersContainers(pod) {
		c.Env = append(c.Env, corev1.EnvVar{Name: "ADDED", Value: "yes"})
	}
}

// addGitConfig does what a webhook for a mirror of git repositories does.
func addGitConfig(pod *corev1.Pod, _ generator) {
	for _, c := range usersContainers(pod) {
		c.Env = append(c.Env, corev1.EnvVar{Name: "GIT_CONFIG_COUNT", Value: "1"}, corev1.EnvVar{Name: "GIT_CONFIG_KEY_0", Value: "url.a.insteadOf"},
			corev1.EnvVar{Name: "GIT_CONFIG_VALUE_0", Value: "b"})
	}
}

func addMounts(pod *corev1.Pod, _ generator) {
	pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: "token"})
	for _, c := range usersContainers(pod) {
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: "token", MountPath: "/token"})
	}
}

// addTool does what vault-env's webhook does, to the installer too.
func addTool(pod *corev1.Pod, _ generator) {
	for _, c := range allContainers(pod) {
		if len(c.Command) > 0 {
			c.Command, c.Args = []string{"/vault/vault-env"}, slices.Concat(c.Command, c.Args)
		}
	}
}

// addDefaults does what the API server does, for the fields that are also ours.
func addDefaults(pod *corev1.Pod, _ generator) {
	for _, c := range allContainers(pod) {
		c.TerminationMessagePath = cmp.Or(c.TerminationMessagePath, corev1.TerminationMessagePathDefault)
		c.TerminationMessagePolicy = cmp.Or(c.TerminationMessagePolicy, corev1.TerminationMessageReadFile)
		c.ImagePullPolicy = cmp.Or(c.ImagePullPolicy, corev1.PullIfNotPresent)
	}
	for i := range pod.Spec.Volumes {
		if image := pod.Spec.Volumes[i].Image; image != nil {
			image.PullPolicy = cmp.Or(image.PullPolicy, corev1.PullIfNotPresent)
		}
	}
	pod.Spec.TerminationGracePeriodSeconds = new(int64(corev1.DefaultTerminationGracePeriodSeconds))
}

func reorder(pod *corev1.Pod, _ generator) {
	slices.SortStableFunc(pod.Spec.Containers, func(a, b corev1.Container) int {
		return cmp.Compare(hash(a.Name), hash(b.Name))
	})
}

func hash(name string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return h.Sum32()
}
