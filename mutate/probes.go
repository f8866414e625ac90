package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// The kubelet runs liveness and startup probes as soon as a container runs, whether its command waits for its turn or not, and would
// kill one that waits. So on a container that waits, an exec probe goes through the wrapper, which lets it pass until the command
// runs: entrypoint probe -started F -- CMD. It is put there and taken away in each pass, because a first step waits in one pass and
// is READY in another. Readiness probes stay: a container that waits is not ready. What cannot go through the wrapper
// is denied, see validate_probes.go.

// deferProbes puts the wrapper before the exec probes of a container that waits, and returns the file that tells that the command
// runs; empty where nobody asks for it.
func deferProbes(c *corev1.Container, o contract.Options) string {
	if len(o.WaitFiles) == 0 && !waitsForMore(o) {
		return ""
	}
	started := ""
	for _, p := range impatientProbes(c) {
		if p.Exec != nil && len(p.Exec.Command) > 0 {
			started = contract.StartedFile(c.Name)
			p.Exec.Command = slices.Concat(probeWords(started), p.Exec.Command)
		}
	}
	return started
}

// impatientProbes are those probes of a container after whose failure the kubelet kills it.
func impatientProbes(c *corev1.Container) []*corev1.Probe {
	return slices.DeleteFunc([]*corev1.Probe{c.StartupProbe, c.LivenessProbe}, func(p *corev1.Probe) bool { return p == nil })
}

func probeWords(started string) []string {
	return []string{contract.WrapperPath, contract.VerbProbe, "-started", started, "--"}
}

// probeLength is how many words [probeWords] gives.
const probeLength = 5

// findProbe returns where, in the words of a probe, the wrapper stands, perhaps behind a tool that another webhook put before it; -1
// where it does not, or not as [deferProbes] writes it.
func findProbe(words []string) int {
	at := slices.Index(words, contract.WrapperPath)
	if at < 0 || len(words) < at+probeLength || !slices.Equal(probeWords(words[at+3]), words[at:at+probeLength]) {
		return -1
	}
	return at
}

// restoreProbes takes the wrapper away from all probes of the Pod.
func restoreProbes(pod *corev1.Pod) {
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			for _, p := range impatientProbes(&containers[i]) {
				if p.Exec == nil {
					continue
				}
				if at := findProbe(p.Exec.Command); at >= 0 {
					p.Exec.Command = slices.Concat(p.Exec.Command[:at], p.Exec.Command[at+probeLength:])
				}
			}
		}
	}
}
