package mutate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// withoutSteps makes a Pod of any restartPolicy that has no steps, and asks for something else.
func (g generator) withoutSteps(pod *corev1.Pod) {
	for _, name := range []string{
		contract.AnnotationSteps, contract.AnnotationFailFast, contract.AnnotationRequests, contract.AnnotationSidecarStop,
		contract.AnnotationSidecarGrace, contract.AnnotationResults, contract.AnnotationLogPrefix,
	} {
		delete(pod.Annotations, name)
	}
	pod.Labels = nil
	pod.Annotations[contract.AnnotationHome] = "true"
	if g.chance(60) {
		pod.Spec.RestartPolicy = corev1.RestartPolicyAlways
	}
}

// waits gives a Pod something to wait for and files to be made, which its containers can do.
func (g generator) waits(pod *corev1.Pod) {
	g.gatesOfOthers(pod)
	var entries []string
	if g.chance(40) {
		entries = append(entries, pick(g, "{service: a}", "{service: 'other:a', timeout: 5m}", "{job: {labels: {a: b}}}"))
		if g.chance(30) {
			pod.Annotations[contract.AnnotationHold] = contract.HoldQueue
		} else {
			entries = append(entries, pick(g, "{daemonset: a}", "{tcp: 'a:1'}", "{pod: {labels: {a: b}, sameNode: true}}"))
		}
	}
	files := []string{}
	for _, name := range g.ableToWait(pod) {
		if g.chance(25) {
			entries = append(entries, g.entryFor(pod, name))
		}
		if g.chance(15) {
			files = append(files, fmt.Sprintf("{from: /t, to: /made/%s, for: [%s]%s}", name, name, pick(g, "", ", interface: eth0")))
		}
	}
	if len(entries) > 0 {
		pod.Annotations[contract.AnnotationWaitFor] = "[" + strings.Join(entries, ", ") + "]"
		if g.chance(30) {
			pod.Annotations[contract.AnnotationWaitTimeout] = pick(g, "10m", "2h", "0.5s")
		}
	}
	if len(files) > 0 {
		pod.Annotations[contract.AnnotationConfig] = "[" + strings.Join(files, ", ") + "]"
	}
}

// entryFor gives an entry that a container can wait for in every Pod: no sidecar waits for a container, and no step for one that might
// wait for it.
func (g generator) entryFor(pod *corev1.Pod, name string) string {
	targets := []string{"service: " + name, "job: migrate", "deployment: a, timeout: 3h"}
	if _, held := pod.Annotations[contract.AnnotationHold]; !held {
		targets = append(targets, "socket: /run/"+name, "file: /"+name, "tcp: 'a:1'", "daemonset: b")
		sidecar := firstOf(pod.Spec.Containers, isSidecar)
		if strings.HasPrefix(name, "step") && sidecar < len(pod.Spec.Containers) && !allAreSteps(pod) {
			targets = append(targets, "container: "+pod.Spec.Containers[sidecar].Name)
		}
	}
	return "{" + pick(g, targets...) + ", for: [" + name + "]}"
}

// allAreSteps reports whether a Pod asks by its label alone, so that sidecars of its own are steps, too.
func allAreSteps(pod *corev1.Pod) bool {
	_, named := pod.Annotations[contract.AnnotationSteps]
	return !named && pod.Labels[contract.LabelInject] == contract.InjectYes
}

func isSidecar(name string) bool { return !strings.HasPrefix(name, "step") }

// ableToWait names the containers that have a command, and so can be wrapped without a look-up.
func (g generator) ableToWait(pod *corev1.Pod) []string {
	able := slices.DeleteFunc(allContainers(pod), func(c *corev1.Container) bool {
		isInit := slices.Contains(names(pod.Spec.InitContainers), c.Name)
		return len(c.Command) == 0 || isInit && c.RestartPolicy == nil
	})
	var list []string
	for _, c := range able {
		list = append(list, c.Name)
	}
	return list
}

// gatesOfOthers are what others hold the Pod with, and ours, as in a copy of a rewritten Pod.
func (g generator) gatesOfOthers(pod *corev1.Pod) {
	for _, name := range []string{"example.com/quota", contract.SchedulingGate} {
		if g.chance(15) {
			pod.Spec.SchedulingGates = append(pod.Spec.SchedulingGates, corev1.PodSchedulingGate{Name: name})
		}
	}
	for _, name := range []corev1.PodConditionType{contract.ConditionReady, "example.com/balanced"} {
		if g.chance(15) {
			pod.Spec.ReadinessGates = append(pod.Spec.ReadinessGates, corev1.PodReadinessGate{ConditionType: name})
		}
	}
}

// Invariants that hold for Pods which wait for nothing would show nothing.
func TestGeneratedPodsWaitInEveryWay(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(seeds) {
		g := newGenerator(seed)
		pod := mustMutate(t, g.pod(), g.config())
		if slices.Contains(names(pod.Spec.InitContainers), contract.WaitContainer) {
			seen["in an init container"]++
		}
		if slices.Contains(pod.Spec.SchedulingGates, corev1.PodSchedulingGate{Name: contract.SchedulingGate}) {
			seen["in the queue"]++
		}
		if slices.Contains(pod.Spec.ReadinessGates, corev1.PodReadinessGate{ConditionType: contract.ConditionReady}) {
			seen["out of Services"]++
		}
		for _, c := range allContainers(pod) {
			found, _ := contract.FindWrapper(slices.Concat(c.Command, c.Args))
			o := found.Options
			for way, is := range map[string]bool{
				"at a gate, as a step":           o.PostFile != "" && slices.Contains(o.ReadyFiles, contract.GateFile(c.Name)),
				"at a gate, as a sidecar":        len(o.StopFiles) > 0 && slices.Contains(o.ReadyFiles, contract.GateFile(c.Name)),
				"at a gate, as a native sidecar": c.RestartPolicy != nil && slices.Contains(o.ReadyFiles, contract.GateFile(c.Name)),
				"inside":                         len(o.Sockets)+len(o.Files)+len(o.TCP) > 0,
				"with files":                     len(o.Templates) > 0,
				"with probes that are held back": o.Started != "" && o.PostFile == "",
				"for so long":                    o.WaitTimeout > 0 && o.WaitTimeout != time.Hour,
			} {
				if is {
					seen[way]++
				}
			}
		}
	}
	require.Len(t, seen, 10, "%v", seen)
}
