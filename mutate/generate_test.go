package mutate_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

// generator makes Pods that are right, of every shape that the rewriting tells apart. The same seed makes the same Pod.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 1))} }

func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

func (g generator) config() mutate.Config {
	config := makeConfig()
	if g.chance(50) {
		config.Delivery = mutate.InitContainer
	}
	return config
}

// pod gives a Pod with one to five steps, or the same containers without an order, up to three sidecars of its own and up to two of
// others.
func (g generator) pod() *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "pod", Annotations: map[string]string{}},
		Spec:       corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever},
	}
	if g.chance(40) {
		pod.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
	}
	if g.chance(30) {
		pod.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsUser: new(int64(g.IntN(2)))}
	}
	own := g.containers(pod)
	g.initContainers(pod)
	g.volumes(pod)
	if g.chance(60) {
		withOwner(pod, own...)
		if g.chance(20) {
			g.labelled(pod, own)
		}
	}
	g.settings(pod)
	if g.chance(25) {
		g.withoutSteps(pod)
	}
	if g.chance(60) {
		g.waits(pod)
	}
	if g.chance(40) {
		g.emulation(pod)
	}
	if g.chance(30) {
		g.repositories(pod)
	}
	if g.chance(40) {
		g.projected(pod)
	}
	return pod
}

// containers gives the Pod its regular containers and its steps, and returns the names of those of the object itself.
func (g generator) containers(pod *corev1.Pod) []string {
	steps := g.names("step", 1+g.IntN(5))
	own := append(g.names("own", g.IntN(4)), steps...)
	g.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
	for _, name := range own {
		pod.Spec.Containers = append(pod.Spec.Containers, g.container(name, strings.HasPrefix(name, "step")))
	}
	for _, name := range []string{"istio-proxy", "other"}[:g.IntN(3)] {
		at := g.IntN(len(pod.Spec.Containers) + 1)
		pod.Spec.Containers = insert(pod.Spec.Containers, at, g.container(name, false))
	}
	pod.Annotations[contract.AnnotationSteps] = g.steps(steps, pod.Spec.RestartPolicy)
	if g.chance(30) {
		pod.Annotations[contract.AnnotationFailFast] = pick(g, "true", "false")
	}
	return own
}

func (g generator) names(prefix string, count int) []string {
	var names []string
	for i := range count {
		names = append(names, fmt.Sprintf("%s-%d", prefix, i))
	}
	return names
}

// steps writes the annotation, with stages and long forms at random.
func (g generator) steps(names []string, policy corev1.RestartPolicy) string {
	var stages []string
	for done := 0; done < len(names); {
		var stage []string
		for range 1 + g.IntN(min(3, len(names)-done)) {
			stage = append(stage, g.step(names[done], names[:done], policy))
			done++
		}
		stages = append(stages, "["+strings.Join(stage, ", ")+"]")
	}
	return strings.Join(stages, ", ")
}

// step writes a step in the short or the long form. What it can wait for stands above it or beside it.
func (g generator) step(name string, above []string, policy corev1.RestartPolicy) string {
	if g.chance(50) {
		return name
	}
	keys := []string{"name: " + name}
	if g.chance(50) {
		var after []string
		for _, other := range above {
			if g.chance(40) {
				after = append(after, other)
			}
		}
		keys = append(keys, "after: ["+strings.Join(after, ", ")+"]")
	}
	runIf := []string{"success", "always", "failure"}
	if policy == corev1.RestartPolicyOnFailure {
		runIf = runIf[:2]
	}
	for _, key := range []string{
		"runIf: " + pick(g, runIf...), "timeout: " + pick(g, "5m", "1h30m", "0.5s"), "retries: " + pick(g, "0", "2", "100"),
		"onError: " + pick(g, "fail", "continue"),
	} {
		if g.chance(40) {
			keys = append(keys, key)
		}
	}
	g.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return "{" + strings.Join(keys, ", ") + "}"
}

// labelled takes the annotation away, so that the label alone asks: then all containers of the owner's are steps, in the order of its template.
func (g generator) labelled(pod *corev1.Pod, own []string) {
	delete(pod.Annotations, contract.AnnotationSteps)
	listed := `["` + strings.Join(own, `","`) + `"]`
	pod.Annotations[contract.AnnotationResolvedSteps] = `{"containers":` + listed + `,"steps":` + listed + `}`
	pod.Labels = map[string]string{contract.LabelInject: contract.InjectYes}
	for i := range pod.Spec.Containers {
		if c := &pod.Spec.Containers[i]; len(c.Command) == 0 {
			c.Command = []string{"run"}
		}
	}
}

func (g generator) container(name string, needsCommand bool) corev1.Container {
	c := corev1.Container{Name: name, Image: "registry.example/" + name}
	if needsCommand || g.chance(60) {
		c.Command = []string{"sh", "-c", "--", "$(X)"}[:1+g.IntN(4)]
	}
	if g.chance(60) {
		c.Args = []string{"--", "echo", "$(HOME)"}[:1+g.IntN(3)]
	}
	if g.chance(30) {
		c.ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{}}}
	}
	if g.chance(30) {
		c.TerminationMessagePath = "/tmp/message"
	}
	if g.chance(50) {
		c.VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: "/data"}}
	}
	return c
}

func (g generator) initContainers(pod *corev1.Pod) {
	for _, name := range g.names("init", g.IntN(4)) {
		c := g.container(name, false)
		if g.chance(40) {
			c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		} else {
			c.ReadinessProbe = nil
		}
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, c)
	}
}

func (g generator) volumes(pod *corev1.Pod) {
	pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{
		Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}},
	})
}

func insert[T any](list []T, at int, element T) []T {
	return append(list[:at:at], append([]T{element}, list[at:]...)...)
}
