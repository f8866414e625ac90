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
	for _, tc := range []struct {
		name   string
		before []contract.Marker
		want   verdict
	}{
		{"nothing was before it", nil, verdict{Run: true}},
		{
			"all went well, in each of the ways there are",
			[]contract.Marker{makeEnd(contract.Completed), makeEnd(contract.Continued), makeEnd(contract.NotNeeded)},
			verdict{Run: true},
		},
		{
			"one failed",
			[]contract.Marker{makeEnd(contract.Completed), makeEnd(contract.Error, "a")},
			verdict{Reason: contract.Skipped, Failed: []string{"a"}},
		},
		{
			"failures are named in order and once each",
			[]contract.Marker{makeEnd(contract.Error, "c"), makeEnd(contract.Skipped, "b", "a"), makeEnd(contract.UpstreamFailed, "b")},
			verdict{Reason: contract.Skipped, Failed: []string{"a", "b", "c"}},
		},
		{"one took too long", []contract.Marker{makeEnd(contract.Timeout, "a")}, verdict{Reason: contract.Skipped, Failed: []string{"a"}}},
		{"its gate took too long", []contract.Marker{makeEnd(contract.GateTimeout, "a")}, verdict{Reason: contract.Skipped, Failed: []string{"a"}}},
		{"one ended without a name", []contract.Marker{makeEnd(contract.Error)}, verdict{Reason: contract.Skipped}},
		{
			"a sibling's failure ended it, which is a failure like others",
			[]contract.Marker{makeEnd(contract.Cancelled, "sibling")},
			verdict{Reason: contract.Skipped, Failed: []string{"sibling"}},
		},
		{
			"the Pod's cancel ended it, which beats a failure",
			[]contract.Marker{makeEnd(contract.Error, "a"), makeEnd(contract.Cancelled)},
			verdict{Reason: contract.Cancelled, ExitCode: 121, Failed: []string{"a"}},
		},
		{
			"a stop from outside beats everything",
			[]contract.Marker{makeEnd(contract.Cancelled), makeEnd(contract.Error, "b"), makeEnd(contract.Terminated, "a")},
			verdict{Reason: contract.Terminated, ExitCode: 143, Failed: []string{"a", "b"}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) { require.Equal(t, tc.want, judge(tc.before)) })
	}
}
