package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// makeEnd gives the marker of a step that ended for this reason and passes on these failures.
func makeEnd(reason contract.Reason, failed ...string) contract.Marker {
	return contract.Marker{Step: "before", Reason: reason, Failed: failed}
}

func TestWhatAStepDoesWhenAllBeforeItHaveEnded(t *testing.T) {
	run, notNeeded := verdict{Run: true}, verdict{Reason: contract.NotNeeded}
	skipped := func(failed ...string) verdict { return verdict{Reason: contract.Skipped, Failed: failed} }
	runAfter := func(failed ...string) verdict { return verdict{Run: true, Failed: failed} }
	podCancel := verdict{Reason: contract.Cancelled, ExitCode: 121}
	for _, tc := range []struct {
		name                         string
		before                       []contract.Marker
		ifSuccess, ifFailure, always verdict
	}{
		{"nothing was before it", nil, run, notNeeded, run},
		{
			"all went well, in each of the ways there are",
			[]contract.Marker{makeEnd(contract.Completed), makeEnd(contract.Continued), makeEnd(contract.NotNeeded)},
			run, notNeeded, run,
		},
		{
			"one failed",
			[]contract.Marker{makeEnd(contract.Completed), makeEnd(contract.Error, "a")},
			skipped("a"), runAfter("a"), runAfter("a"),
		},
		{
			"failures are named in order and once each",
			[]contract.Marker{makeEnd(contract.Error, "c"), makeEnd(contract.Skipped, "b", "a"), makeEnd(contract.UpstreamFailed, "b")},
			skipped("a", "b", "c"), runAfter("a", "b", "c"), runAfter("a", "b", "c"),
		},
		{"one took too long", []contract.Marker{makeEnd(contract.Timeout, "a")}, skipped("a"), runAfter("a"), runAfter("a")},
		{"its gate took too long", []contract.Marker{makeEnd(contract.GateTimeout, "a")}, skipped("a"), runAfter("a"), runAfter("a")},
		{
			"one went well after a failure, which it does not heal",
			[]contract.Marker{makeEnd(contract.UpstreamFailed, "a")},
			skipped("a"), runAfter("a"), runAfter("a"),
		},
		{"one was skipped", []contract.Marker{makeEnd(contract.Skipped, "a")}, skipped("a"), runAfter("a"), runAfter("a")},
		{"one ended without a name", []contract.Marker{makeEnd(contract.Error)}, skipped(), run, run},
		{
			"a sibling's failure ended it, which is a failure like others",
			[]contract.Marker{makeEnd(contract.Cancelled, "sibling")},
			skipped("sibling"), runAfter("sibling"), runAfter("sibling"),
		},
		{
			"the Pod's cancel ended it, which beats a failure and is passed on as it is",
			[]contract.Marker{makeEnd(contract.Error, "a"), makeEnd(contract.Cancelled)},
			podCancel, podCancel, podCancel,
		},
		{
			"a stop from outside beats everything",
			[]contract.Marker{makeEnd(contract.Cancelled), makeEnd(contract.Error, "b"), makeEnd(contract.Terminated, "a")},
			verdict{Reason: contract.Terminated, ExitCode: 143, Failed: []string{"a", "b"}},
			verdict{Reason: contract.Terminated, ExitCode: 143, Failed: []string{"a", "b"}},
			verdict{Reason: contract.Terminated, ExitCode: 143, Failed: []string{"a", "b"}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.ifSuccess, judgeBefore(tc.before, ""))
			require.Equal(t, tc.ifSuccess, judgeBefore(tc.before, contract.RunOnSuccess))
			require.Equal(t, tc.ifFailure, judgeBefore(tc.before, contract.RunOnFailure))
			require.Equal(t, tc.always, judgeBefore(tc.before, contract.RunAlways))
		})
	}
}

func TestTheOrderOfJudgement(t *testing.T) {
	failedSibling := contract.Marker{Step: "sibling", Reason: contract.Error, Failed: []string{"other", "sibling"}}
	for _, tc := range []struct {
		name        string
		situation   situation
		want        verdict
		wantDecided bool
	}{
		{
			"the Pod's cancel beats a sibling's failure and any -run_if",
			situation{Cancelled: true, Siblings: []contract.Marker{failedSibling}, AllEnded: true, RunIf: contract.RunAlways},
			verdict{Reason: contract.Cancelled, ExitCode: 121}, true,
		},
		{
			"a sibling's failure comes before the ends of the steps before",
			situation{Siblings: []contract.Marker{failedSibling}, Before: []contract.Marker{makeEnd(contract.Terminated, "a")}, AllEnded: true},
			verdict{Reason: contract.Skipped, Failed: []string{"sibling"}}, true,
		},
		{
			"a sibling's failure ends the wait",
			situation{Siblings: []contract.Marker{failedSibling, {Step: "late", Reason: contract.Timeout}}},
			verdict{Reason: contract.Skipped, Failed: []string{"late", "sibling"}}, true,
		},
		{
			"a sibling that did not fail by itself ends nothing",
			situation{Siblings: []contract.Marker{
				{Step: "a", Reason: contract.Skipped}, {Step: "b", Reason: contract.Cancelled}, {Step: "c", Reason: contract.Terminated},
				{Step: "d", Reason: contract.Continued}, {Step: "e", Reason: contract.UpstreamFailed}, {Step: "f", Reason: contract.GateTimeout},
			}},
			verdict{}, false,
		},
		{
			"nothing is decided before all have ended, be one of them stopped already",
			situation{Before: []contract.Marker{makeEnd(contract.Terminated, "a"), makeEnd(contract.Error, "b")}},
			verdict{}, false,
		},
		{"all have ended", situation{AllEnded: true}, verdict{Run: true}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, decided := judge(tc.situation)
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.wantDecided, decided)
		})
	}
}
