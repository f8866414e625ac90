package main

import (
	"time"

	"orderly.dev/mutate/contract"
)

// A step that is cancelled has ended, but with -restartable the kubelet would start it again, to end once more. It would count a restart, for which a Job
// may delete the Pod with all its logs, and keep the log of the last life only, in which nothing ran. So the container stays until it is
// stopped: the companion loop has the Pod ended a few seconds after the cancel.

// stayLimit is how long it stays where nobody stops it, because the companion loop is away.
const stayLimit = time.Minute

// staysWhenCancelled reports whether a step that ended like this stays.
func staysWhenCancelled(o contract.Options, m contract.Marker) bool {
	return o.Restartable && wasCancelledWithPod(m)
}

// stay returns when a signal would end the wait of a step, or the time is up.
func (s signals) stay() {
	over := time.After(stayLimit)
	for s.pending(s.endsWait) == 0 {
		select {
		case <-s.bell:
		case <-over:
			return
		}
	}
}
