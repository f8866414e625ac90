package mutate

import (
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// The signal that asks a command to end: the container's lifecycle.stopSignal, else the STOPSIGNAL of its image where that was
// looked up, else SIGTERM, which is what container runtimes do.

// imageSignal is the signal of an image, and a warning where the wrapper cannot send what the image names.
func imageSignal(container string, platforms []ImagePlatform) (contract.Signal, []string) {
	text := platforms[0].StopSignal
	for _, p := range platforms {
		if p.StopSignal != text {
			return 0, []string{fmt.Sprintf("the image of container %q has different stop signals for different platforms: SIGTERM is used", container)}
		}
	}
	signal, known := parseStopSignal(text)
	if !known {
		return 0, []string{fmt.Sprintf("the stop signal %q of the image of container %q is not supported: SIGTERM is used", cut(text, maxValue), container)}
	}
	return signal, nil
}

// parseStopSignal reads a STOPSIGNAL as container runtimes do: a number, or a name in letters of any case, with or without SIG. The
// empty text is none, which is known.
func parseStopSignal(text string) (contract.Signal, bool) {
	if text == "" {
		return 0, true
	}
	if number, err := strconv.Atoi(text); err == nil {
		signal := contract.Signal(number)
		return signal, signal.String() != ""
	}
	signal, err := contract.ParseSignal(strings.ToUpper(text))
	return signal, err == nil
}

func namesSignal(c *corev1.Container) bool {
	return c.Lifecycle != nil && c.Lifecycle.StopSignal != nil
}

// signalOf is the signal that the container itself names, 0 where the wrapper cannot send that; else its image's.
func signalOf(c *corev1.Container, ofImage contract.Signal) contract.Signal {
	if !namesSignal(c) {
		return ofImage
	}
	signal, _ := parseStopSignal(string(*c.Lifecycle.StopSignal))
	return signal
}

// noticeStopSignals tells where a container's own stop signal is one that the wrapper cannot send.
func noticeStopSignals(s subject, d decision) []string {
	var warnings []string
	for _, wrapped := range s.wrapped(d) {
		c := wrapped.Container
		if namesSignal(c) && signalOf(c, 0) == 0 {
			warnings = append(warnings, fmt.Sprintf("lifecycle.stopSignal %q of container %q is not supported: SIGTERM is used",
				*c.Lifecycle.StopSignal, c.Name))
		}
	}
	return warnings
}
