package mutate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// checkProbes: a step that waits for others has no liveness or startup probe but such as run a command, because the kubelet would ask a
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
				errs = append(errs, p.check(waits)...)
			}
		}
	}
	return errs
}

// waits reports whether a container is a step that waits, be it for other steps or for the word READY.
func (d decision) waits(spec *corev1.PodSpec, container string) bool {
	s, found := d.plan.find(container)
	return found && (len(s.looksAt) > 0 || waitsForSidecars(spec, d))
}

type placedProbe struct {
	*corev1.Probe
	path *field.Path
}

func (p placedProbe) check(waits bool) field.ErrorList {
	if p.Exec != nil && slices.ContainsFunc(p.Exec.Command, mentionsWrapper) && findProbe(p.Exec.Command) < 0 {
		return field.ErrorList{field.Invalid(p.path.Child("exec", "command"), contract.WrapperPath, reservedPath)}
	}
	if !waits {
		return nil
	}
	var errs field.ErrorList
	for _, handler := range []struct {
		name  string
		given bool
	}{{"httpGet", p.HTTPGet != nil}, {"tcpSocket", p.TCPSocket != nil}, {"grpc", p.GRPC != nil}} {
		if handler.given {
			errs = append(errs, field.Forbidden(p.path.Child(handler.name), probeTooEarly))
		}
	}
	return errs
}

const probeTooEarly = "this step waits before its command starts, and the kubelet would kill it meanwhile, because nothing answers; " +
	"use an exec probe, which is held back until the command runs, or remove it"
