package gate

import "fmt"

// State is the answer to whether an entry is true.
type State int

const (
	// NotYet means that it is not true, or that not enough is known, and that waiting may help.
	NotYet State = iota
	// Met means that it is true.
	Met
	// FailedForGood means that it cannot become true unless somebody replaces an object.
	FailedForGood
)

// String is the state in words.
func (s State) String() string {
	switch s {
	case Met:
		return "met"
	case FailedForGood:
		return "failed for good"
	default:
		return "not yet"
	}
}

// Verdict is what is known about one entry. The zero value is NotYet.
type Verdict struct {
	State State
	// Reason says for people what is missing, in at most [MaxReason] bytes of one line; it is empty for Met. It does not repeat what the entry is:
	// a message puts the entry's own line before it, and semicolons between several.
	Reason string
}

// MaxReason bounds a reason, in bytes: a condition or an Event lists several.
const MaxReason = 200

func met() Verdict { return Verdict{State: Met} }

func notYet(format string, arguments ...any) Verdict {
	return Verdict{NotYet, cut(fmt.Sprintf(format, arguments...), MaxReason)}
}

func failedForGood(format string, arguments ...any) Verdict {
	return Verdict{FailedForGood, cut(fmt.Sprintf(format, arguments...), MaxReason)}
}
