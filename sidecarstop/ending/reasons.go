package ending

import "orderly.dev/sidecarstop/voice"

// Reasons of the Events. Users may rely on them.
const (
	// EventCancelled says why the Pod is being ended. It is on the Pod, and on the Job, whose Pods may vanish.
	EventCancelled voice.Reason = "Cancelled"
	// EventCancelIgnored says that somebody cancelled a Pod with restartPolicy Always, which has no effect.
	EventCancelIgnored voice.Reason = "CancelIgnored"
	// EventSidecarStopped names a sidecar whose image was swapped.
	EventSidecarStopped voice.Reason = "SidecarStopped"
	// EventSidecarWillFail names a sidecar that ends badly once its image is swapped, because nop does not know its command.
	EventSidecarWillFail voice.Reason = "SidecarWillFail"
	// EventSidecarCannotBeStopped names a sidecar that keeps the Pod running because nothing may stop it.
	EventSidecarCannotBeStopped voice.Reason = "SidecarCannotBeStopped"
	// EventSwapRefused names a sidecar whose image the API server refused to swap.
	EventSwapRefused voice.Reason = "SwapRefused"
	// EventSidecarSurvives names a sidecar that should have left by now and has not.
	EventSidecarSurvives voice.Reason = "SidecarSurvives"
)

// Reasons of the condition orderly.dev/Cancelled, beside the waiting reasons of containers, such as ImagePullBackOff. Users may rely on them.
const (
	// ReasonUserCancel is a cancel by whoever wrote the annotation orderly.dev/cancel.
	ReasonUserCancel = "UserCancel"
	// ReasonGateTimeout is a gate that did not open in time.
	ReasonGateTimeout = "GateTimeout"
	// ReasonDependencyFailed is a gate that waits for something that has failed for good.
	ReasonDependencyFailed = "DependencyFailed"
	// ReasonSidecarFailed is a sidecar that ended badly in a Pod that does not start it again.
	ReasonSidecarFailed = "SidecarFailed"
)

// Actions of the Events.
const (
	actionCancel = "CancelPod"
	actionStop   = "StopSidecar"
)
