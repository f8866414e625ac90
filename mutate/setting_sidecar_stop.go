package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// sidecarStop says how sidecars end when all steps have.
type sidecarStop string

const (
	// stopAuto makes the object's own sidecars native, and wraps those of others. The default.
	stopAuto sidecarStop = "auto"
	// stopNative makes every sidecar native, also those that others add.
	stopNative sidecarStop = "native"
	// stopSignal wraps every sidecar whose command is known.
	stopSignal sidecarStop = "signal"
	// stopNop leaves every sidecar as it is; the companion loop changes its image.
	stopNop sidecarStop = "nop"
)

// readSidecarStop reads orderly.dev/sidecar-stop: auto, native, signal or nop.
func readSidecarStop(s subject, into *settings) field.ErrorList {
	return readWord(s, contract.AnnotationSidecarStop, &into.sidecarStop, stopAuto, stopNative, stopSignal, stopNop)
}
