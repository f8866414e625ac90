package contract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func makeReport() contract.Report {
	return contract.Report{
		Marker:    makeMarker(),
		Results:   []contract.Result{{Name: "version", Value: "1.2\n"}, {Name: "digest", Value: "\"a\\b\"\x00\x7f é"}},
		Truncated: []string{"log", "notes"},
	}
}

func TestReportIsJSONThatOthersCanRead(t *testing.T) {
	line := makeReport().Line()
	require.Equal(t, 1, strings.Count(line, "\n"))
	var got struct {
		Step      string
		Results   map[string]string
		Truncated []string
	}
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(line, contract.ReportPrefix)), &got))
	require.Equal(t, "build", got.Step)
	require.Equal(t, map[string]string{"version": "1.2\n", "digest": "\"a\\b\"\x00\x7f é"}, got.Results)
	require.Equal(t, []string{"log", "notes"}, got.Truncated)
}

func TestReportWithResultsComesBackAsItWasWritten(t *testing.T) {
	got, found := contract.DecodeReport("something else\n" + makeReport().Line())
	require.True(t, found)
	require.Equal(t, makeReport(), got)
}

func TestReportThatWasCutIsNone(t *testing.T) {
	line := makeReport().Line()
	for end := range len(line) - 1 {
		_, found := contract.DecodeReport(line[:end])
		require.Falsef(t, found, "cut to %q", line[:end])
	}
}

func TestBytesThatAreNoTextAreReplaced(t *testing.T) {
	r := contract.Report{Marker: makeMarker(), Results: []contract.Result{{Name: "r", Value: "a\xffb"}}}
	got, found := contract.DecodeReport(r.Line())
	require.True(t, found)
	require.Equal(t, "a\ufffdb", got.Results[0].Value)
}

func FuzzDecodedReportsAreEncodedTheSame(f *testing.F) {
	f.Add(makeReport().Line())
	f.Fuzz(func(t *testing.T, message string) {
		r, found := contract.DecodeReport(message)
		if found {
			require.True(t, strings.HasSuffix(strings.TrimSuffix(message, "\n")+"\n", r.Line()))
		}
	})
}
