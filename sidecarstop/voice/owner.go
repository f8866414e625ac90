package voice

import (
	"strconv"
	"strings"

	"orderly.dev/sidecarstop/podview"
)

// One Event on the Job has the whole result, because the Pods of a Job may vanish before anybody looks.

// maxMore is room for the number of steps that are not listed, in bytes.
const maxMore = 32

func ownerEvent(v podview.View, steps []step) Event {
	return Event{
		Reason: Finished, Action: actionEnd, On: OnOwner, Warning: outcomeOf(v, steps) != Succeeded,
		Message: OneLine(line(v, steps), MaxMessage),
	}
}

// line is "Pod x: fetch Completed 1.2s, build Failed (2) 400ms, publish Skipped". Before the steps stand init containers that kept them from starting.
func line(v podview.View, steps []step) string {
	var b strings.Builder
	b.WriteString("Pod " + OneLine(v.Pod.Name, maxQuote) + ": ")
	if v.IsFinished() {
		for _, said := range initFailures(v, MaxMessage/2) {
			b.WriteString(said + "; ")
		}
	}
	for i, s := range steps {
		before := ", "
		if i == 0 {
			before = ""
		}
		entry := before + s.entry()
		if b.Len()+len(entry) > MaxMessage-maxMore {
			b.WriteString(before + "and " + strconv.Itoa(len(steps)-i) + " more")
			break
		}
		b.WriteString(entry)
	}
	return b.String()
}

func (s step) entry() string {
	entry := s.Name + " " + string(s.status)
	switch s.status {
	case StatusFailed, StatusContinued:
		entry += " (" + strconv.Itoa(s.exitCode) + ")"
	case StatusKilled:
		entry += " (" + s.reason + ")"
	case StatusCompleted, StatusSkipped, StatusCancelled, StatusTerminated, StatusNotStarted:
	}
	if took, is := s.took(); is {
		entry += " " + short(took)
	}
	return entry
}
