package main

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestHowAStepEndsWhoseTurnCame(t *testing.T) {
	started := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	const heals = contract.ErrorContinues
	upstream, both, own := []string{"up"}, []string{"own", "up"}, []string{"own"}
	for _, tc := range []struct {
		name string
		run  run // with the name own; if it has attempts it was started
		want contract.Marker
	}{
		{"the command went well", run{Attempts: 1}, contract.Marker{Reason: contract.Completed}},
		{"the command failed", run{Attempts: 3, Exit: 3}, contract.Marker{Reason: contract.Error, ExitCode: 3, Failed: own}},
		{"there is no such command", run{Exit: 127}, contract.Marker{Reason: contract.Error, ExitCode: 127, Failed: own}},
		{"it took too long, whatever it then exited with", run{Attempts: 2, Cause: timedOut}, contract.Marker{Reason: contract.Timeout, ExitCode: 124, Failed: own}},
		{"it failed, and heals that", run{Attempts: 1, Exit: 3, OnError: heals}, contract.Marker{Reason: contract.Continued, ExitCode: 3}},
		{"there is no such command, and it heals that", run{Exit: 127, OnError: heals}, contract.Marker{Reason: contract.Continued, ExitCode: 127}},
		{"it took too long, and heals that", run{Attempts: 1, Exit: 143, Cause: timedOut, OnError: heals}, contract.Marker{Reason: contract.Continued, ExitCode: 124}},
		{"it went well after a failure", run{Attempts: 1, Before: upstream}, contract.Marker{Reason: contract.UpstreamFailed, Failed: upstream}},
		{
			"it failed after a failure and heals its own",
			run{Attempts: 1, Exit: 3, OnError: heals, Before: upstream},
			contract.Marker{Reason: contract.UpstreamFailed, ExitCode: 3, Failed: upstream},
		},
		{"it failed after a failure", run{Attempts: 1, Exit: 3, Before: upstream}, contract.Marker{Reason: contract.Error, ExitCode: 3, Failed: both}},
		{"it took too long after a failure", run{Attempts: 1, Cause: timedOut, Before: upstream}, contract.Marker{Reason: contract.Timeout, ExitCode: 124, Failed: both}},
		{
			"a sibling failed while it ran",
			run{Attempts: 1, Exit: 143, Cause: siblingFailed, Siblings: []string{"sib"}, OnError: heals},
			contract.Marker{Reason: contract.Cancelled, ExitCode: 121, Failed: []string{"sib"}},
		},
		{"the Pod was cancelled while it ran", run{Attempts: 1, Cause: cancelled, Before: upstream, OnError: heals}, contract.Marker{Reason: contract.Cancelled, ExitCode: 121}},
		{"stopped, and the command exits 0", run{Attempts: 1, Stop: syscall.SIGTERM, OnError: heals}, contract.Marker{Reason: contract.Terminated, ExitCode: 143, Failed: own}},
		{"stopped, and the command says how", run{Attempts: 1, Exit: 9, Stop: syscall.SIGINT}, contract.Marker{Reason: contract.Terminated, ExitCode: 9, Failed: own}},
		{"stopped before the command was started", run{Stop: syscall.SIGQUIT}, contract.Marker{Reason: contract.Terminated, ExitCode: 131, Failed: own}},
		{"stopped after a failure", run{Stop: syscall.SIGTERM, Before: upstream}, contract.Marker{Reason: contract.Terminated, ExitCode: 143, Failed: both}},
		{
			"stopped while it was being ended, which beats every cause",
			run{Attempts: 1, Exit: 1, Stop: syscall.SIGTERM, Cause: cancelled},
			contract.Marker{Reason: contract.Terminated, ExitCode: 1, Failed: own},
		},
		{"the wrapper itself failed, which nothing heals", run{Exit: 125, Broken: true, OnError: heals}, contract.Marker{Reason: contract.Error, ExitCode: 125, Failed: own}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.run.Step, tc.want.Step = "own", "own"
			tc.want.Attempts = tc.run.Attempts
			if tc.run.Attempts > 0 {
				tc.run.StartedAt, tc.want.StartedAt = started, started
			}
			require.Equal(t, tc.want, ending(tc.run))
		})
	}
}

func TestWhichCommandsAreStartedAgain(t *testing.T) {
	for _, tc := range []struct {
		name string
		run  run
		want bool
	}{
		{"one that went well", run{Attempts: 1}, false},
		{"one that failed", run{Attempts: 1, Exit: 1}, true},
		{"one that was killed", run{Attempts: 2, Exit: 137}, true},
		{"one that took too long", run{Attempts: 2, Cause: timedOut}, true},
		{"not after the last attempt", run{Attempts: 3, Exit: 1}, false},
		{"one that does not exist", run{Exit: 127}, false},
		{"one that cannot be executed", run{Attempts: 1, Exit: 126}, false},
		{"one that was stopped", run{Attempts: 1, Exit: 143, Stop: syscall.SIGTERM}, false},
		{"one whose Pod was cancelled", run{Attempts: 1, Exit: 143, Cause: cancelled}, false},
		{"one whose sibling failed", run{Attempts: 1, Exit: 143, Cause: siblingFailed}, false},
		{"one that the wrapper could not prepare", run{Exit: 125, Broken: true}, false},
		{"one for which there was no room", run{Attempts: 2, Exit: 125, Broken: true, Passing: true}, true},
	} {
		t.Run(tc.name, func(t *testing.T) { require.Equal(t, tc.want, tryAgain(tc.run, 2)) })
	}
}

func TestTheTimeBetweenTwoAttemptsDoublesUpToAMinute(t *testing.T) {
	var got []time.Duration
	for attempts := range 9 {
		got = append(got, backoff(attempts+1)/time.Second)
	}
	require.Equal(t, []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60}, got)
	require.Equal(t, time.Minute, backoff(1<<20))
}

func TestOnlyAnExitOfZeroIsFinalWhereTheKubeletStartsAgain(t *testing.T) {
	for _, tc := range []struct {
		name        string
		restartable bool
		marker      contract.Marker
		want        bool
	}{
		{"completed", true, contract.Marker{Reason: contract.Completed}, true},
		{"continued", true, contract.Marker{Reason: contract.Continued, ExitCode: 3}, true},
		{"skipped", true, contract.Marker{Reason: contract.Skipped}, true},
		{"failed", true, contract.Marker{Reason: contract.Error, ExitCode: 1}, false},
		{"cancelled", true, contract.Marker{Reason: contract.Cancelled, ExitCode: 121}, false},
		{"stopped", true, contract.Marker{Reason: contract.Terminated, ExitCode: 143}, false},
		{"failed, and not started again", false, contract.Marker{Reason: contract.Error, ExitCode: 1}, true},
		{"stopped, and not started again", false, contract.Marker{Reason: contract.Terminated, ExitCode: 143}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, leavesMarker(contract.Options{Restartable: tc.restartable}, tc.marker))
		})
	}
}
