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

// refuse ends a container whose flags are wrong. If they are right enough to say where its marker lies, those who wait for it
// are told, or they would wait for ever. A marker that is there already is final, whatever the flags are: a container that is started
// again, after its image was replaced by one that knows other flags, must not turn what others have acted on into its opposite.
func refuse(o contract.Options, problems []error) int {
	for _, p := range problems {
		complain(p.Error())
	}
	if o.PostFile == "" {
		return contract.ExitWrapper
	}
	s, m := step{options: o}, failure(o)
	earlier, there, err := ownMarker(o.PostFile)
	switch {
	case there:
		return s.tell(earlier)
	case o.Step == "": // a marker needs a name, and so does a report
		publishFailure(o)
		return contract.ExitWrapper
	case err != nil:
		publishFailure(o)
	case leavesMarker(o, m):
		if err := publish(o, m); err != nil {
			complain(err.Error())
		}
	}
	return s.tell(m)
}
