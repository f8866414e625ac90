package contract_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func makeMarker() contract.Marker {
	start := time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC)
	return contract.Marker{
		Step: "build", ExitCode: 3, Reason: contract.Error, Attempts: 1,
		StartedAt: start, FinishedAt: start.Add(1500 * time.Millisecond), Failed: []string{"build"},
	}
}

func TestMarkerIsOneLineOfJSON(t *testing.T) {
	require.Equal(t, `{"step":"build","exitCode":3,"reason":"Error","attempts":1,`+
		`"startedAt":"2026-03-04T05:06:07.089Z","finishedAt":"2026-03-04T05:06:08.589Z","failed":["build"]}`,
		makeMarker().Encode())
}

func TestMarkerComesBackAsItWasWritten(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*contract.Marker)
	}{
		{"a failed step", func(*contract.Marker) {}},
		{"a step that never ran has no start", func(m *contract.Marker) {
			m.Reason, m.ExitCode, m.Attempts, m.StartedAt = contract.Skipped, 0, 0, time.Time{}
		}},
		{"nothing failed", func(m *contract.Marker) { m.Reason, m.Failed = contract.Completed, nil }},
		{"failures of many", func(m *contract.Marker) { m.Failed = []string{"a", "b", "c-d"} }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := makeMarker()
			tc.change(&want)
			got, err := contract.DecodeMarker(want.Encode() + "\n")
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestWhatIsNotAMarkerIsRefused(t *testing.T) {
	whole := makeMarker().Encode()
	cases := []struct{ name, line string }{
		{"nothing", ""},
		{"other JSON", `{"a":1}`},
		{"a reason that does not exist", strings.Replace(whole, `"Error"`, `"Lost"`, 1)},
		{"a number with a leading zero", strings.Replace(whole, `:3,`, `:03,`, 1)},
		{"an exit code no process can have", strings.Replace(whole, `:3,`, `:256,`, 1)},
		{"a name no container can have", strings.Replace(whole, `"build"`, `"../build"`, 1)},
		{"a time with an offset", strings.Replace(whole, `08.589Z`, `08.589+01:00`, 1)},
		{"something behind it", whole + "x"},
		{"a second line", whole + "\n" + whole},
		{"far too much", whole + strings.Repeat(" ", 1<<20)},
	}
	for i := range whole {
		cases = append(cases, struct{ name, line string }{"the first part only", whole[:i]})
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := contract.DecodeMarker(tc.line)
			require.ErrorIs(t, err, contract.ErrMarker)
		})
	}
}

func TestReportIsTheLastLineOfATerminationMessage(t *testing.T) {
	want := makeMarker()
	for _, tc := range []struct{ name, message string }{
		{"alone", contract.Report{Marker: want}.Line()},
		{"after what the command wrote", "disk full\n" + contract.Report{Marker: want}.Line()},
		{"without a line end, as it may be cut", strings.TrimSuffix(contract.Report{Marker: want}.Line(), "\n")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, found := contract.DecodeReport(tc.message)
			require.True(t, found)
			require.Equal(t, contract.Report{Marker: want}, got)
		})
	}
	for _, tc := range []struct{ name, message string }{
		{"no message", ""},
		{"a message of the command's", "disk full\n"},
		{"a report that the command wrote something after", contract.Report{Marker: want}.Line() + "bye\n"},
		{"a report cut short", contract.Report{Marker: want}.Line()[:40]},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, found := contract.DecodeReport(tc.message)
			require.False(t, found)
		})
	}
}

func TestExitCodeFollowsFromTheReason(t *testing.T) {
	for _, tc := range []struct {
		reason contract.Reason
		good   bool
		exit   int
	}{
		{contract.Completed, true, 0},
		{contract.Continued, true, 0},
		{contract.NotNeeded, true, 0},
		{contract.Error, false, 3},
		{contract.Timeout, false, 3},
		{contract.UpstreamFailed, false, 0},
		{contract.Skipped, false, 0},
		{contract.Cancelled, false, 3},
		{contract.Terminated, false, 3},
		{contract.GateTimeout, false, 3},
	} {
		t.Run(string(tc.reason), func(t *testing.T) {
			m := makeMarker()
			m.Reason = tc.reason
			require.Equal(t, tc.good, m.Good())
			require.Equal(t, tc.exit, m.Exit())
		})
	}
}

func FuzzDecodedMarkersAreEncodedTheSame(f *testing.F) {
	f.Add(makeMarker().Encode())
	f.Fuzz(func(t *testing.T, line string) {
		m, err := contract.DecodeMarker(line)
		if err == nil {
			require.Equal(t, strings.TrimSuffix(line, "\n"), m.Encode())
		}
	})
}
