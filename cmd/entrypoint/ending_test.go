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
	for _, tc := range []struct {
		name string
		run  run
		want contract.Marker
	}{
		{"the command went well", run{StartedAt: started}, contract.Marker{Reason: contract.Completed, Attempts: 1, StartedAt: started}},
		{"the command failed", run{StartedAt: started, Exit: 3}, contract.Marker{Reason: contract.Error, ExitCode: 3, Attempts: 1, StartedAt: started}},
		{"there is no such command", run{Exit: 127}, contract.Marker{Reason: contract.Error, ExitCode: 127}},
		{
			"stopped, and the command exits 0",
			run{StartedAt: started, Stop: syscall.SIGTERM},
			contract.Marker{Reason: contract.Terminated, ExitCode: 143, Attempts: 1, StartedAt: started},
		},
		{
			"stopped, and the command says how",
			run{StartedAt: started, Exit: 9, Stop: syscall.SIGINT},
			contract.Marker{Reason: contract.Terminated, ExitCode: 9, Attempts: 1, StartedAt: started},
		},
		{"stopped before the command was started", run{Stop: syscall.SIGQUIT}, contract.Marker{Reason: contract.Terminated, ExitCode: 131}},
	} {
		t.Run(tc.name, func(t *testing.T) { require.Equal(t, tc.want, ending(tc.run)) })
	}
}

func TestOnlyAnExitOfZeroIsFinalWhereTheKubeletStartsAgain(t *testing.T) {
	for _, tc := range []struct {
		name        string
		restartable bool
		marker      contract.Marker
		want        bool
	}{
		{"completed", true, contract.Marker{Reason: contract.Completed}, true},
		{"skipped", true, contract.Marker{Reason: contract.Skipped}, true},
		{"failed", true, contract.Marker{Reason: contract.Error, ExitCode: 1}, false},
		{"stopped", true, contract.Marker{Reason: contract.Terminated, ExitCode: 143}, false},
		{"failed, and not started again", false, contract.Marker{Reason: contract.Error, ExitCode: 1}, true},
		{"stopped, and not started again", false, contract.Marker{Reason: contract.Terminated, ExitCode: 143}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, leavesMarker(contract.Options{Restartable: tc.restartable}, tc.marker))
		})
	}
}
