package ending_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestAWrapperThatGaveUpWaitingCancelsThePod(t *testing.T) {
	patient := func(o *contract.Options) { o.WaitTimeout, o.TCP = 5*time.Minute, []string{"db:5432"} }
	said := func(reason contract.Reason) status {
		report := contract.Report{Marker: contract.Marker{Step: "a", ExitCode: 124, Reason: reason}}
		return died(124, "Error", report.Line())
	}
	const want = "a waited longer than 5m0s for tcp db:5432"
	for _, tc := range []struct {
		name    string
		changes []change
		want    string
	}{
		{"a step", []change{onFailure, step("a", said(contract.GateTimeout), patient)}, want},
		{"a step that was started again", []change{onFailure, step("a", after(runningFor(time.Second), 124, ago(2*time.Second)), patient)}, ""},
		{"a step whose command took too long", []change{onFailure, step("a", said(contract.Timeout), patient)}, ""},
		{"a step whose command ended with the same code", []change{onFailure, step("a", ended(124), patient)}, ""},
		{"a step that waits without end", []change{onFailure, step("a", said(contract.GateTimeout))}, ""},
		{"a container that only waits", []change{onFailure, pending, late("app", unknown), waiter(ended(124))},
			"orderly-wait waited longer than 1h0m0s for its gate"},
		{"a container that only waits, and was started again", []change{onFailure, pending, late("app", unknown),
			waiter(after(runningFor(time.Second), 124, ago(2*time.Second)))}, "orderly-wait waited longer than 1h0m0s for its gate"},
		{"a container that only waits, stopped from outside", []change{onFailure, pending, late("app", unknown), waiter(ended(143))}, ""},
		{"Always", []change{always, pending, late("app", unknown), waiter(ended(124))}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := decide(t, makePod(tc.changes...))
			if tc.want == "" {
				require.Empty(t, d.Conditions)
				return
			}
			require.Len(t, d.Conditions, 1)
			require.Equal(t, "GateTimeout", d.Conditions[0].Reason)
			require.Equal(t, tc.want, d.Conditions[0].Message)
		})
	}
}
