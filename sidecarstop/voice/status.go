package voice

import "orderly.dev/mutate/contract"

// Status is how a step ended, in a word. Its reason says more: [StatusFailed] may be Error, Timeout or GateTimeout.
type Status string

// All of them. A status never changes its meaning.
const (
	// StatusCompleted is a step whose command ran and exited 0, also where something before it had failed (UpstreamFailed).
	StatusCompleted Status = "Completed"
	// StatusContinued is a step whose command failed, which heals its own failure (onError: continue).
	StatusContinued Status = "Continued"
	// StatusFailed is a step whose command failed, ran out of time or could not be started by its wrapper, or whose gate did not open in time.
	StatusFailed Status = "Failed"
	// StatusSkipped is a step whose command did not run because of how others ended: Skipped or NotNeeded.
	StatusSkipped Status = "Skipped"
	// StatusCancelled is a step that the Pod's cancel or a sibling's failure ended, or kept from running.
	StatusCancelled Status = "Cancelled"
	// StatusTerminated is a step that was stopped from outside, as when its Pod is deleted or its node is drained.
	StatusTerminated Status = "Terminated"
	// StatusKilled is a step whose container ended without a word of its own. The reason is the cause as far as the cluster knows it: OOMKilled, Evicted,
	// Signal9, StartError.
	StatusKilled Status = "Killed"
	// StatusNotStarted is a step whose container had not been started when the Pod was over.
	StatusNotStarted Status = "NotStarted"
)

var statuses = map[contract.Reason]Status{
	contract.Completed:      StatusCompleted,
	contract.UpstreamFailed: StatusCompleted,
	contract.Continued:      StatusContinued,
	contract.NotNeeded:      StatusSkipped,
	contract.Skipped:        StatusSkipped,
	contract.Error:          StatusFailed,
	contract.Timeout:        StatusFailed,
	contract.GateTimeout:    StatusFailed,
	contract.Cancelled:      StatusCancelled,
	contract.Terminated:     StatusTerminated,
}

// isTrouble reports whether Steps that ended like this have not succeeded. What was skipped was skipped because of another.
func (s Status) isTrouble() bool {
	switch s {
	case StatusFailed, StatusCancelled, StatusTerminated, StatusKilled, StatusNotStarted:
		return true
	case StatusCompleted, StatusContinued, StatusSkipped:
	}
	return false
}
