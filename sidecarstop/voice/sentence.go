package voice

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// What people read about one step.

const (
	// maxQuote bounds what is quoted of the kubelet or of a person, in bytes.
	maxQuote = 256
	// maxNamed bounds how many steps a sentence names.
	maxNamed = 3
)

// sentence says how a step ended, such as "test failed with exit code 2 after 1.2s (attempt 3)".
func (s step) sentence() string {
	switch s.status {
	case StatusCompleted:
		return s.Name + " ended well" + s.lasting() + s.attempt() + s.upstream()
	case StatusContinued:
		return s.failure() + ", and what follows runs all the same"
	case StatusFailed:
		return s.failure()
	case StatusSkipped:
		if s.reason == string(contract.NotNeeded) {
			return s.Name + " was not needed, because nothing before it failed"
		}
		return s.Name + " was skipped" + s.because("something before it failed")
	case StatusCancelled:
		return s.Name + " was cancelled" + s.unlessItRan() + s.because("")
	case StatusTerminated:
		return s.Name + " was stopped from outside" + s.unlessItRan() + quote(s.message)
	case StatusKilled:
		return s.killed()
	case StatusNotStarted:
		return s.Name + " was never started" + s.cause()
	}
	return s.Name
}

func (s step) failure() string {
	switch {
	case s.reason == string(contract.Timeout):
		return s.Name + " ran out of time" + s.lasting() + s.attempt()
	case s.reason == string(contract.GateTimeout):
		return s.Name + " was not run, because what it waits for did not come in time"
	case s.exitCode == contract.ExitWrapper && s.attempts == 0:
		return s.Name + " could not be run (exit code 125)"
	case s.reason == podview.OOMKilled:
		return s.Name + " failed" + s.code() + s.lasting() + s.attempt() + ": OOMKilled"
	}
	return s.Name + " failed" + s.code() + s.lasting() + s.attempt()
}

func (s step) code() string {
	code := " with exit code " + strconv.Itoa(s.exitCode)
	if signal := podview.SignalOf(s.exitCode); signal > 0 {
		code += " (signal " + strconv.Itoa(int(signal)) + ")"
	}
	return code
}

func (s step) killed() string {
	signal, bySignal := strings.CutPrefix(s.reason, "Signal")
	switch {
	case podview.IsNeverStarted(s.reason):
		return s.Name + " could not be started" + s.cause()
	case bySignal:
		return s.Name + " was killed: signal " + signal
	case s.exited && s.exitCode > contract.ExitSignalBase && s.reason != podview.StatusUnknown: // of which the kubelet makes up the code
		return fmt.Sprintf("%s was killed: %s (signal %d)%s", s.Name, s.reason, s.exitCode-contract.ExitSignalBase, quote(s.message))
	}
	return s.Name + " was killed" + s.cause()
}

// cause is what the cluster says.
func (s step) cause() string {
	if s.reason == string(s.status) {
		return quote(s.message)
	}
	return ": " + s.reason + quote(s.message)
}

// quote is what others say, in short.
func quote(message string) string { return behind(OneLine(message, maxQuote)) }

// behind puts a sentence behind another, which it explains.
func behind(message string) string {
	if message == "" {
		return ""
	}
	return ": " + strings.TrimRight(message, ".")
}

// lasting is how long it ran.
func (s step) lasting() string {
	if took, is := s.took(); is {
		return " after " + short(took)
	}
	return ""
}

func (s step) unlessItRan() string {
	if !s.ran() {
		return " before it ran"
	}
	return s.lasting()
}

func (s step) attempt() string {
	if s.tries > 1 {
		return " (attempt " + strconv.Itoa(s.tries) + ")"
	}
	return ""
}

func (s step) upstream() string {
	if s.reason != string(contract.UpstreamFailed) {
		return ""
	}
	if names := s.others(); names != "" {
		return ", although " + names + " failed before it"
	}
	return ", although something before it failed"
}

// because names the failure that it passes on.
func (s step) because(otherwise string) string {
	switch names := s.others(); {
	case names != "":
		return " because " + names + " failed"
	case otherwise != "":
		return " because " + otherwise
	}
	return ""
}

func (s step) others() string {
	return few(slices.DeleteFunc(slices.Clone(s.failed), func(name string) bool { return name == s.Name }))
}

// few lists the first names, and counts the others.
func few(names []string) string {
	if more := len(names) - maxNamed; more > 0 {
		return strings.Join(names[:maxNamed], ", ") + " and " + strconv.Itoa(more) + " more"
	}
	return strings.Join(names, ", ")
}

// short is a duration for people: to the millisecond, from a minute on to the second. Below a millisecond it is to the microsecond, for nothing that
// ran took 0s.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Minute:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
