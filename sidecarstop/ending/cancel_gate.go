package ending

import (
	"cmp"

	"orderly.dev/sidecarstop/voice"
)

// "After its timeout, or when a dependency failed for good: Never and OnFailure end with the reason."

// gateFailed are the grounds of a Pod that waits in vain. When every step has ended, nobody waits any more.
func (q question) gateFailed() grounds {
	message := voice.OneLine(q.GateFailure, maxSentence)
	if message == "" || q.stepsEnded {
		return grounds{}
	}
	return grounds{reason: cmp.Or(q.GateReason, ReasonGateTimeout), message: message}
}
