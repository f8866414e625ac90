package timeline

import (
	"slices"
	"strings"
	"time"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// Document is a timeline for programs, to be encoded as JSON. Its fields are part of what users may rely on: one may be added, none changes its
// meaning. What is not known, or not so, is left out. Times are in RFC 3339 with nanoseconds, in UTC; durations are seconds. Texts of the cluster and of
// containers are as they were written, so whoever shows them has to look out for control characters.
type Document struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Phase is the Pod's, or Terminating.
	Phase string `json:"phase"`
	// Over says that nothing starts or ends in the Pod any more.
	Over bool `json:"over"`
	// Ready says that a Pod with restartPolicy Always is ready.
	Ready bool `json:"ready,omitempty"`
	// Rewritten says that Orderly has a part in the Pod.
	Rewritten bool `json:"rewritten"`
	// CreatedAt is to the second. EndedAt is when the last container ended.
	CreatedAt string `json:"createdAt,omitempty"`
	EndedAt   string `json:"endedAt,omitempty"`
	// Reason is what the cluster says about the Pod as a whole; Cancelled is why it was or is being ended.
	Reason    string `json:"reason,omitempty"`
	Cancelled string `json:"cancelled,omitempty"`
	// Problems are the sentences that the text shows below its headline.
	Problems []string       `json:"problems,omitempty"`
	Waits    []WaitDocument `json:"waits,omitempty"`
	// Sources are the repositories that were cloned.
	Sources    []clone.Checkout    `json:"sources,omitempty"`
	Gates      []GateDocument      `json:"gates,omitempty"`
	Steps      []StepDocument      `json:"steps,omitempty"`
	Sidecars   []ContainerDocument `json:"sidecars,omitempty"`
	Containers []ContainerDocument `json:"containers,omitempty"`
}

// WaitDocument is what has to happen before gates open.
type WaitDocument struct {
	// Containers are those that wait; none stands for a Pod that waits in the queue of the scheduler.
	Containers []string `json:"containers,omitempty"`
	For        string   `json:"for"`
	Since      string   `json:"since,omitempty"`
	// Seconds is how long it has lasted, TimeoutSeconds how long it may.
	Seconds        *float64 `json:"seconds,omitempty"`
	TimeoutSeconds *float64 `json:"timeoutSeconds,omitempty"`
}

// GateDocument is a gate of the Pod.
type GateDocument struct {
	// Containers are those that it keeps waiting; none stands for the scheduling gate.
	Containers []string `json:"containers,omitempty"`
	Open       bool     `json:"open"`
	// OpenedAt is to the second.
	OpenedAt string `json:"openedAt,omitempty"`
}

// RunDocument is what steps and other containers have in common.
type RunDocument struct {
	Name  string `json:"name"`
	State string `json:"state"`
	// Message is what the kubelet says about a container that it cannot start, or what one that failed said.
	Message    string `json:"message,omitempty"`
	StartedAt  string `json:"startedAt,omitempty"`
	FinishedAt string `json:"finishedAt,omitempty"`
	// Seconds is how long it has run, until now where it runs.
	Seconds *float64 `json:"seconds,omitempty"`
	// ExitCode is there when it has ended.
	ExitCode *int `json:"exitCode,omitempty"`
	// Restarts is how often the kubelet has started it again.
	Restarts int `json:"restarts,omitempty"`
}

// StepDocument is a step.
type StepDocument struct {
	RunDocument
	// Exact says that the times come from the step's own marker. Others are the kubelet's, to the second.
	Exact bool `json:"exact,omitempty"`
	// Attempts is how often its wrapper started the command.
	Attempts int      `json:"attempts,omitempty"`
	After    []string `json:"after,omitempty"`
	// HandOverSeconds is the time from the end of the last step of After to StartedAt.
	HandOverSeconds *float64 `json:"handOverSeconds,omitempty"`
	// WaitsFor names steps, and sidecars as "sidecar NAME".
	WaitsFor []string `json:"waitsFor,omitempty"`
	// Failed names the steps whose failure it passes on.
	Failed []string `json:"failed,omitempty"`
	// Results are what it left, by name; Truncated names those that had no room.
	Results   map[string]string `json:"results,omitempty"`
	Truncated []string          `json:"truncated,omitempty"`
}

// ContainerDocument is a container that is no step.
type ContainerDocument struct {
	RunDocument
	// Kind is init, native, wrapped or regular.
	Kind  string `json:"kind"`
	Ready bool   `json:"ready,omitempty"`
	// Gate is open or closed, where it has one.
	Gate string `json:"gate,omitempty"`
}

// Document makes the form for programs.
func (t Timeline) Document() Document {
	d := Document{
		Namespace: t.Namespace, Name: t.Pod, Phase: t.Phase, Over: t.Over, Ready: t.Ready && t.Endless, Rewritten: t.Rewritten,
		CreatedAt: instant(t.Created), Reason: t.Reason, Cancelled: t.Cancelled, Problems: troubles(t),
		Sources: t.Sources,
	}
	if t.Over {
		d.EndedAt = instant(t.End)
	}
	for _, w := range t.Waits {
		d.Waits = append(d.Waits, WaitDocument{Containers: w.Who, For: w.What, Since: instant(w.Since),
			Seconds: seconds(max(0, t.End.Sub(w.Since)), !w.Since.IsZero()), TimeoutSeconds: seconds(w.Timeout, w.Timeout > 0)})
	}
	for _, g := range t.Gates {
		d.Gates = append(d.Gates, GateDocument{Containers: g.Containers, Open: g.Open, OpenedAt: instant(g.Opened)})
	}
	for _, s := range t.Steps {
		d.Steps = append(d.Steps, stepDocument(t, s))
	}
	for _, c := range t.Sidecars {
		d.Sidecars = append(d.Sidecars, containerDocument(t, c))
	}
	for _, c := range t.Containers {
		d.Containers = append(d.Containers, containerDocument(t, c))
	}
	return d
}

func stepDocument(t Timeline, s Step) StepDocument {
	d := StepDocument{
		RunDocument: RunDocument{Name: s.Name, State: s.State, Message: s.Message, StartedAt: instant(s.Started), FinishedAt: instant(s.Finished),
			Seconds: ran(t, s.Started, s.Finished), ExitCode: exitCode(s.ExitCode, s.Exited), Restarts: s.Restarts},
		Exact: s.Exact, Attempts: s.Attempts, After: s.After, HandOverSeconds: seconds(s.HandOver, s.HandedOver),
		WaitsFor: s.WaitsFor, Failed: s.Failed, Results: resultMap(s.Results), Truncated: s.Truncated,
	}
	if s.Spoke {
		d.Message = s.Said
	}
	return d
}

func containerDocument(t Timeline, c Container) ContainerDocument {
	return ContainerDocument{
		RunDocument: RunDocument{Name: c.Name, State: c.State, Message: c.words(), StartedAt: instant(c.Started), FinishedAt: instant(c.Finished),
			Seconds: ran(t, c.Started, c.Finished), ExitCode: exitCode(c.ExitCode, !c.Finished.IsZero()), Restarts: c.Restarts},
		Kind: string(c.Kind), Ready: c.Ready, Gate: c.Gate,
	}
}

// words is the message, and in lines of their own what the cloner said.
func (c Container) words() string {
	return strings.TrimPrefix(strings.Join(slices.Concat([]string{c.Message}, c.Said), "\n"), "\n")
}

func resultMap(results []contract.Result) map[string]string {
	var values map[string]string
	for _, r := range results {
		if values == nil {
			values = map[string]string{}
		}
		values[r.Name] = r.Value
	}
	return values
}

func ran(t Timeline, started, finished time.Time) *float64 {
	return seconds(max(0, orEnd(finished, t).Sub(started)), !started.IsZero())
}

// seconds is nothing where the duration is not known.
func seconds(d time.Duration, isKnown bool) *float64 {
	if !isKnown {
		return nil
	}
	return new(d.Seconds())
}

func exitCode(code int, isKnown bool) *int {
	if !isKnown {
		return nil
	}
	return &code
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
