package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkProbes: a container that waits in the wrapper has no liveness or startup probe but such as run a command, because the kubelet would ask a
// command that does not run yet, and kill the container. Those that run a command are held back, see probes.go.
func checkProbes(s subject, d decision) field.ErrorList {
	var errs field.ErrorList
	for c := range s.everyContainer() {
		if c.StartupProbe == nil && c.LivenessProbe == nil {
			continue
		}
		waits := d.waits(s.spec, c.Name)
		for _, p := range []placedProbe{{c.StartupProbe, c.path.Child("startupProbe")}, {c.LivenessProbe, c.path.Child("livenessProbe")}} {
			if p.Probe != nil {
				errs = append(errs, p.check()...)
			}
			if p.Probe != nil && waits {
				errs = append(errs, p.checkPatience(d.noun(c.Name))...)
			}
		}
	}
	return errs
}

// waits reports whether a container waits in the wrapper: for something by itself, or as a step for other steps, for sidecars, or for what the
// whole Pod waits for.
func (d decision) waits(spec *corev1.PodSpec, container string) bool {
	if d.awaited.by(container).waits() {
		return true
	}
	s, found := d.plan.find(container)
	return found && (len(s.looksAt) > 0 || d.awaited.whole.waits() || waitsForSidecars(spec, d))
}

// noun is what messages call a container.
func (d decision) noun(container string) string {
	if d.plan.has(container) {
		return "step"
	}
	return "container"
}

type placedProbe struct {
	*corev1.Probe
	path *field.Path
}

// check: nobody but Orderly puts the wrapper into a probe.
func (p placedProbe) check() field.ErrorList {
	if p.Exec != nil && slices.ContainsFunc(p.Exec.Command, mentionsWrapper) && findProbe(p.Exec.Command) < 0 {
		return field.ErrorList{field.Invalid(p.path.Child("exec", "command"), contract.WrapperPath, reservedPath)}
	}
	return nil
}

// checkPatience is for a container that waits.
func (p placedProbe) checkPatience(noun string) field.ErrorList {
	var errs field.ErrorList
	for _, handler := range []struct {
		name  string
		given bool
	}{{"httpGet", p.HTTPGet != nil}, {"tcpSocket", p.TCPSocket != nil}, {"grpc", p.GRPC != nil}} {
		if handler.given {
			errs = append(errs, field.Forbidden(p.path.Child(handler.name), "this "+noun+probeTooEarly))
		}
	}
	return errs
}

const probeTooEarly = " waits before its command starts, and the kubelet would kill it meanwhile, because nothing answers; " +
	"use an exec probe, which is held back until the command runs, or remove it"
