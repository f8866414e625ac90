package voice

import (
	"time"

	"orderly.dev/mutate/contract/clone"
	"orderly.dev/sidecarstop/podview"
)

// The annotation orderly.dev/result says how the steps ended, for programs:
//
//	kubectl get pod NAME -o jsonpath='{.metadata.annotations.orderly\.dev/result}' | jq '.steps[] | select(.status != "Completed")'
//
// The shape is its version: fields may be added, and none ever changes its meaning or vanishes. Nothing of what a command wrote is in it but its results.

// MaxResult bounds the annotation, in bytes. All annotations of an object together may have 256 KiB.
const MaxResult = 64 << 10

// Result is the content of the annotation.
type Result struct {
	// Outcome is [Succeeded], [Failed] or [Cancelled], as the reason of the condition orderly.dev/Finished, and Message is its message.
	Outcome string `json:"outcome"`
	Message string `json:"message"`
	// Steps are in the order of their stages, those of one stage in the order of the spec.
	Steps []StepResult `json:"steps"`
	// Stages joins the steps of each stage.
	Stages []StageResult `json:"stages,omitempty"`
	// Sources are the repositories that were cloned, in the order of orderly.dev/clone.
	Sources []clone.Checkout `json:"sources,omitempty"`
	// Results are the files that steps left, by step and name: {"build": {"version": "1.2"}}.
	Results map[string]map[string]string `json:"results,omitempty"`
	// Truncated names, by step, results for which there was no room.
	Truncated map[string][]string `json:"truncated,omitempty"`
	// Omitted counts the last steps, for which there was no room.
	Omitted int `json:"omitted,omitempty"`
}

// StepResult is one step.
type StepResult struct {
	Name string `json:"name"`
	// Stage is the number of its stage, from 1.
	Stage  int    `json:"stage"`
	Status Status `json:"status"`
	// Reason says more than Status: the reason in the step's marker, such as Timeout, or the cause of a death, such as OOMKilled.
	Reason string `json:"reason"`
	// Message is what the cluster says about a container that was killed or not started.
	Message string `json:"message,omitempty"`
	// ExitCode is the command's, or the wrapper's own where no command ran. It is not there where no container ended.
	ExitCode *int `json:"exitCode,omitempty"`
	// StartedAt is when the command was first started (RFC 3339), and not there when it never was. It is to the nanosecond where the step itself
	// said so, and else the start of its container, to the second.
	StartedAt string `json:"startedAt,omitempty"`
	// Duration is from the first start of the command to its end, in the notation of Go and Kubernetes: 1.204s, 1m30s, 350ms.
	Duration string `json:"duration,omitempty"`
	// Attempts counts how often the command was started: by the wrapper (retries) and, under OnFailure, by the kubelet.
	Attempts int `json:"attempts"`
	// Failed names the steps whose failure this one passes on, itself included.
	Failed []string `json:"failed,omitempty"`
}

// StageResult is one stage.
type StageResult struct {
	Stage int      `json:"stage"`
	Steps []string `json:"steps"`
	// Status is that of the step that went worst, which Step names where it is not Completed, with its Reason and ExitCode.
	Status   Status `json:"status"`
	Step     string `json:"step,omitempty"`
	Reason   string `json:"reason,omitempty"`
	ExitCode *int   `json:"exitCode,omitempty"`
	// StartedAt is when the first of its commands was started, and Duration the time to the end of the last.
	StartedAt string `json:"startedAt,omitempty"`
	Duration  string `json:"duration,omitempty"`
	// Attempts is the highest number of its steps.
	Attempts int `json:"attempts"`
}

// resultOf gathers all of it.
func resultOf(v podview.View, steps []step) Result {
	r := Result{Outcome: outcomeOf(v, steps), Message: summary(v, steps), Steps: []StepResult{}, Stages: stagesOf(steps), Sources: sourcesOf(v)}
	for _, s := range steps {
		r.Steps = append(r.Steps, s.result())
		r.truncate(s.Name, s.truncated...)
	}
	return r
}

func (s step) result() StepResult {
	r := StepResult{
		Name: s.Name, Stage: s.stage, Status: s.status, Reason: s.reason, Message: OneLine(s.message, maxQuote),
		StartedAt: stamp(s.started), Attempts: s.tries, Failed: s.failed,
	}
	if s.exited {
		r.ExitCode = &s.exitCode
	}
	if took, is := s.took(); is {
		r.Duration = short(took)
	}
	return r
}

// stamp is the time to what is known of it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
