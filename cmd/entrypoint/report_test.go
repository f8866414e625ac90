package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func makeMarker() contract.Marker {
	return contract.Marker{Step: "build", Reason: contract.Completed, Attempts: 1}
}

// reportIn writes a report into a termination message that holds said, and returns the message.
func reportIn(t *testing.T, said string, o contract.Options, m contract.Marker) string {
	t.Helper()
	o.TerminationPath = filepath.Join(t.TempDir(), "message")
	require.NoError(t, os.WriteFile(o.TerminationPath, []byte(said), 0o600))
	require.NoError(t, report(o, m))
	message, err := os.ReadFile(o.TerminationPath)
	require.NoError(t, err)
	return string(message)
}

// resultsIn makes a directory with results.
func resultsIn(t *testing.T, files map[string]string) string {
	t.Helper()
	directory := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(directory, name), []byte(text), 0o600))
	}
	return directory
}

func TestResultsFollowInTheirOrderAndWhatIsNoFileIsLeftOut(t *testing.T) {
	o := contract.Options{
		Results:    []string{"version", "absent", "pipe", "directory", "digest"},
		ResultsDir: resultsIn(t, map[string]string{"version": "1.2\n", "digest": "abc"}),
	}
	require.NoError(t, syscall.Mkfifo(filepath.Join(o.ResultsDir, "pipe"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(o.ResultsDir, "directory"), 0o700))
	got, found := contract.DecodeReport(reportIn(t, "", o, makeMarker()))
	require.True(t, found)
	require.Equal(t, []contract.Result{{Name: "version", Value: "1.2\n"}, {Name: "digest", Value: "abc"}}, got.Results)
	require.Empty(t, got.Truncated)
}

func TestFirstResultThatDoesNotFitAndAllAfterItAreTruncated(t *testing.T) {
	o := contract.Options{
		Results: []string{"a", "b", "c"}, ReportBytes: 400,
		ResultsDir: resultsIn(t, map[string]string{"a": "1", "b": strings.Repeat("x", 5000), "c": "3"}),
	}
	said := strings.Repeat("s", 100)
	message := reportIn(t, said, o, makeMarker())
	require.LessOrEqual(t, len(message), 400)
	require.Equal(t, said, strings.Split(message, "\n")[0])
	got, found := contract.DecodeReport(message)
	require.True(t, found)
	require.Equal(t, []contract.Result{{Name: "a", Value: "1"}}, got.Results)
	require.Equal(t, []string{"b", "c"}, got.Truncated)
}

func TestWhatTheCommandSaidGivesWayFromItsFrontToTheMarkerOnly(t *testing.T) {
	o := contract.Options{
		Results: []string{"a"}, ReportBytes: 300, ResultsDir: resultsIn(t, map[string]string{"a": "1"}),
	}
	said := strings.Repeat("é", 5000) + "end"
	message := reportIn(t, said, o, makeMarker())
	require.LessOrEqual(t, len(message), 300)
	require.Greater(t, len(message), 300-utf8.UTFMax)
	require.True(t, utf8.ValidString(message))
	before, line, found := strings.Cut(message, "\n")
	require.True(t, found)
	require.True(t, strings.HasSuffix(said, before))
	got, found := contract.DecodeReport(line)
	require.True(t, found)
	require.Empty(t, got.Results)
	require.Equal(t, []string{"a"}, got.Truncated)
}

func TestReportIsWrittenWholeWhereThereIsNoRoomForIt(t *testing.T) {
	message := reportIn(t, "said\n", contract.Options{ReportBytes: 10}, makeMarker())
	require.Equal(t, contract.Report{Marker: makeMarker()}.Line(), message)
}

func TestFailedCommandIsLeftToItsLogWhereThatIsWanted(t *testing.T) {
	failed := contract.Marker{Step: "build", Reason: contract.Error, ExitCode: 2, Attempts: 1, Failed: []string{"build"}}
	never := contract.Marker{Step: "build", Reason: contract.Cancelled, ExitCode: contract.ExitCancelled}
	for _, tc := range []struct {
		name, said string
		marker     contract.Marker
		want       bool
	}{
		{"a failed command that wrote nothing has no report", "", failed, false},
		{"one that wrote something has", "disk full", failed, true},
		{"one that went well has", "", makeMarker(), true},
		{"a step whose command never ran has: its log says nothing", "", never, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			message := reportIn(t, tc.said, contract.Options{NoReportOnFailure: true}, tc.marker)
			_, got := contract.DecodeReport(message)
			require.Equal(t, tc.want, got, message)
			require.Equal(t, tc.want, message != "")
		})
	}
}

func TestMessageThatIsNoFileIsAnError(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.EqualError(t, report(contract.Options{TerminationPath: pipe}, makeMarker()),
		"writing the termination message "+pipe+": not a regular file")
}

// FuzzReportsKeepToTheirBoundsAndACutOneIsNeverWrong cuts the message on both sides, as the kubelet may.
func FuzzReportsKeepToTheirBoundsAndACutOneIsNeverWrong(f *testing.F) {
	f.Add("said", "value", "\"other\"\n", 400, uint(0), uint(300))
	f.Add("orderly:{}", "", "\xff", 150, uint(3), uint(200))
	f.Fuzz(func(t *testing.T, said, first, second string, limit int, from, to uint) {
		full := contract.Report{Marker: makeMarker(), Results: []contract.Result{{Name: "first", Value: first}, {Name: "second", Value: second}}}
		message := compose(said, full, limit)
		require.LessOrEqual(t, len(message), max(limit, len(withFirst(full, 0).Line())))
		got, found := contract.DecodeReport(message)
		require.True(t, found)
		require.Equal(t, full.Marker, got.Marker)
		require.Equal(t, 2, len(got.Results)+len(got.Truncated))
		for i, r := range got.Results {
			require.Equal(t, string([]rune(full.Results[i].Value)), r.Value)
		}
		to = min(to, uint(len(message)))
		part, found := contract.DecodeReport(message[min(from, to):to])
		if found && !strings.Contains(said, contract.ReportPrefix) {
			require.Equal(t, got, part)
		}
	})
}
