package voice

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
)

// Fitting a result into its annotation: results of steps give way first, the last of them first, then the lists of failures and the messages of the
// cluster, then the stages, the sources, and the last steps.

// left is one result of one step.
type left struct {
	step string
	contract.Result
}

// encode gives the same bytes for the same Pod.
func encode(v podview.View, steps []step) string {
	var all []left
	for _, s := range steps {
		for _, result := range s.results {
			all = append(all, left{s.Name, result})
		}
	}
	r := resultOf(v, steps)
	with := func(kept int) string { return marshal(withResults(r, all, kept)) }
	text := with(len(all))
	if len(text) > MaxResult {
		text = with(most(len(all), func(kept int) bool { return len(with(kept)) <= MaxResult }))
	}
	for _, drop := range []func(*Result){dropWords, dropStages, dropSources} {
		if len(text) > MaxResult {
			drop(&r)
			text = marshal(withResults(r, all, 0))
		}
	}
	if len(text) > MaxResult {
		dropSteps(&r)
		text = marshal(r)
	}
	return text
}

// most is the highest number below n that fits, or 0. It halves: fewer results, with their names in truncated, are shorter, but for very short ones, where
// it may settle on less than would fit.
func most(n int, fits func(int) bool) int {
	low := 0
	for high := n; low+1 < high; {
		if middle := (low + high) / 2; fits(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// withResults adds the first results, and the names of the others.
func withResults(r Result, all []left, kept int) Result {
	r.Truncated = maps.Clone(r.Truncated)
	dropped := map[string][]string{}
	for _, l := range all[kept:] {
		dropped[l.step] = append(dropped[l.step], l.Name)
	}
	for step, names := range dropped {
		r.truncate(step, names...)
	}
	for _, l := range all[:kept] {
		r.leave(l)
	}
	return r
}

func (r *Result) leave(l left) {
	if r.Results == nil {
		r.Results = map[string]map[string]string{}
	}
	if r.Results[l.step] == nil {
		r.Results[l.step] = map[string]string{}
	}
	r.Results[l.step][l.Name] = l.Value
}

// truncate puts names before those that are truncated already.
func (r *Result) truncate(step string, names ...string) {
	if len(names) == 0 {
		return
	}
	if r.Truncated == nil {
		r.Truncated = map[string][]string{}
	}
	r.Truncated[step] = slices.Concat(names, r.Truncated[step])
}

func dropWords(r *Result) {
	for i := range r.Steps {
		r.Steps[i].Failed, r.Steps[i].Message = nil, ""
	}
}

func dropStages(r *Result) { r.Stages = nil }

func dropSources(r *Result) { r.Sources = nil }

// dropSteps is for Pods that admission lets nobody make, and drops the names of results, too. A step with the longest of names needs less than 512 bytes.
func dropSteps(r *Result) {
	kept := min(len(r.Steps), MaxResult/512-4)
	r.Omitted = len(r.Steps) - kept
	r.Steps, r.Truncated = r.Steps[:kept], nil
}

// marshal leaves < and > as they are, for people read it too. Results are what a command wrote, and whoever prints them with kubectl has a terminal.
func marshal(r Result) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return "{}" // strings and numbers can always be encoded
	}
	return contract.EscapeUnprintable(strings.TrimRight(b.String(), "\n"))
}
