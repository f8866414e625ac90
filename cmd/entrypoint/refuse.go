package main

import (
	"time"

	"orderly.dev/mutate/contract"
)

// failure is the marker of a step that ended because the wrapper itself failed.
func failure(o contract.Options) contract.Marker {
	return contract.Marker{
		Step: o.Step, Reason: contract.Error, ExitCode: contract.ExitWrapper,
		FinishedAt: time.Now(), Failed: []string{o.Step},
	}
}

// refuse ends a container whose flags are wrong. If they are right enough to say which step it is, those who wait for it
// are told, or they would wait for ever.
func refuse(o contract.Options, problems []error) int {
	for _, p := range problems {
		complain(p.Error())
	}
	if o.PostFile == "" || o.Step == "" {
		return contract.ExitWrapper
	}
	m := failure(o)
	_, there, err := ownMarker(o.PostFile)
	switch {
	case err != nil:
		publishFailure(o)
	case !there && leavesMarker(o, m):
		if err := publish(o, m); err != nil {
			complain(err.Error())
		}
	}
	if err := report(o, m); err != nil {
		complain(err.Error())
	}
	return contract.ExitWrapper
}
