package mutate

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// wrap puts the wrapper in front of a container's command. The args stay as the user wrote them, so that $(VAR) and everything
// else in them means the same. A container that is wrapped already, perhaps behind a tool that another webhook put
// before it, gets new flags at the same place and keeps its command. The container must be wrappable.
func wrap(c *corev1.Container, options contract.Options) {
	found, wrapped := contract.FindWrapper(slices.Concat(c.Command, c.Args))
	options.StopSignal = signalOf(c, found.Options.StopSignal)
	if !wrapped {
		options.Entrypoint = c.Command[0]
		c.Command = slices.Concat([]string{contract.WrapperPath}, options.Words(), c.Command[1:])
		return
	}
	options.Entrypoint, options.PlatformCommands = found.Options.Entrypoint, found.Options.PlatformCommands
	replaceWords(c, found.Flags, found.End, options.Words())
}

// unwrap takes the wrapper away and leaves the command that it would run.
func unwrap(c *corev1.Container) {
	found, wrapped := contract.FindWrapper(slices.Concat(c.Command, c.Args))
	switch {
	case wrapped && found.Options.Entrypoint == "":
		replaceWords(c, found.Flags-1, found.End, nil) // its image decides on the node
	case wrapped:
		replaceWords(c, found.Flags-1, found.End, []string{found.Options.Entrypoint})
	}
}

// replaceWords replaces the words from up to end, counted over command and args together. Where these words reach from
// the command into the args, the new ones stand in the args, but for a first one of the command: without a command the
// image's own would run.
func replaceWords(c *corev1.Container, from, end int, words []string) {
	boundary := len(c.Command)
	switch {
	case end <= boundary:
		c.Command = slices.Concat(c.Command[:from], words, c.Command[end:])
	case from >= boundary:
		c.Args = slices.Concat(c.Args[:from-boundary], words, c.Args[end-boundary:])
	default:
		kept := slices.Clone(c.Command[:from])
		if from == 0 && len(words) > 0 {
			kept, words = slices.Clone(words[:1]), words[1:]
		}
		c.Command, c.Args = kept, slices.Concat(words, c.Args[end-boundary:])
	}
}

// stepOptions are the flags of a step, but for what it waits for besides other steps.
func stepOptions(pod *corev1.Pod, c *corev1.Container, s step) contract.Options {
	options := contract.Options{
		WaitFiles:       markerFiles(s.looksAt),
		SiblingFiles:    markerFiles(s.siblings),
		PostFile:        contract.MarkerFile(s.name),
		Step:            s.name,
		Restartable:     restartable(pod),
		RunIf:           unlessDefault(s.form.runIf, contract.RunOnSuccess),
		OnError:         unlessDefault(s.form.onError, contract.ErrorFails),
		Timeout:         s.form.timeout,
		Retries:         s.form.retries,
		Grace:           unlessDefault(gracePeriod(pod), defaultGrace),
		TerminationPath: terminationPath(c),
	}
	if len(options.WaitFiles) > 0 {
		options.DeadFile = contract.DeadFile
	}
	return options
}

// unlessDefault leaves a flag out where it would say what the wrapper does anyway.
func unlessDefault[T comparable](value, theDefault T) T {
	if value == theDefault {
		var none T
		return none
	}
	return value
}

// sidecarOptions are the flags of a sidecar that leaves by itself. It waits for every step, not only for those that
// nothing waits for: a step that was killed leaves no marker, and then those behind it may never have one either.
func sidecarOptions(pod *corev1.Pod, c *corev1.Container, d decision) contract.Options {
	options := contract.Options{
		StopFiles:   markerFiles(d.plan.names()),
		DeadFile:    contract.DeadFile,
		Grace:       cmp.Or(d.settings.sidecarGrace, gracePeriod(pod)),
		Restartable: restartable(pod),
	}
	if stoppedByKubelet(pod, c, d) {
		options.StopBy = contract.StopByKubelet
	}
	return options
}

// stoppedByKubelet reports whether a regular sidecar is stopped by a change of its image, so that the kubelet runs its preStop hook,
// which it does not where a container ends by itself; or because nothing else can stop it. Under OnFailure such a stop is a restart, which a Job
// counts as a failure, so there a wrapped sidecar leaves by itself, without its hook.
func stoppedByKubelet(pod *corev1.Pod, c *corev1.Container, d decision) bool {
	switch {
	case d.role(c.Name) != roleLate:
		return true
	case wrappable(c) != canWrap:
		return !d.pending(c.Name)
	}
	return hasStopHook(c) && !restartable(pod)
}

func hasStopHook(c *corev1.Container) bool { return c.Lifecycle != nil && c.Lifecycle.PreStop != nil }

func markerFiles(steps []string) []string {
	var files []string
	for _, name := range steps {
		files = append(files, contract.MarkerFile(name))
	}
	return files
}

func restartable(pod *corev1.Pod) bool {
	return pod.Spec.RestartPolicy == corev1.RestartPolicyOnFailure
}

const (
	// defaultGrace is the wrapper's own, and that of a Pod that does not say.
	defaultGrace = corev1.DefaultTerminationGracePeriodSeconds * time.Second
	// minGrace stands for a terminationGracePeriodSeconds of 0, because a flag of 0 is left out.
	minGrace = time.Second
	// maxGrace keeps the number of nanoseconds in 63 bits; the API sets no bound.
	maxGrace = 365 * 24 * time.Hour
)

// gracePeriod is the time that the kubelet would give a container to end.
func gracePeriod(pod *corev1.Pod) time.Duration {
	seconds := int64(corev1.DefaultTerminationGracePeriodSeconds)
	if given := pod.Spec.TerminationGracePeriodSeconds; given != nil {
		seconds = *given
	}
	seconds = min(seconds, int64(maxGrace/time.Second))
	return max(time.Duration(seconds)*time.Second, minGrace)
}
