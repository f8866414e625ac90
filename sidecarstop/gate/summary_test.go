package gate_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
)

func TestAGateOpensWhenEveryEntryIsMet(t *testing.T) {
	no, never := notYet("x"), failed("y")
	for _, tc := range []struct {
		name     string
		verdicts []gate.Verdict
		want     gate.State
	}{
		{"nothing is waited for", nil, gate.Met},
		{"all are met", []gate.Verdict{met, met}, gate.Met},
		{"one is not yet", []gate.Verdict{met, no, met}, gate.NotYet},
		{"one failed for good", []gate.Verdict{no, never, met}, gate.FailedForGood},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, gate.Overall(judged(t, tc.verdicts...)))
		})
	}
}

func TestASummaryListsWhatIsMissing(t *testing.T) {
	wide := gate.Limit{Entries: 3, Bytes: 1024}
	for _, tc := range []struct {
		name     string
		verdicts []gate.Verdict
		limit    gate.Limit
		want     string
	}{
		{"nothing", []gate.Verdict{met}, wide, ""},
		{"no entries", nil, wide, ""},
		{"one of two", []gate.Verdict{met, notYet("0 of 2 endpoints ready")}, wide, "service s1: 0 of 2 endpoints ready"},
		{"what failed for good first, then as they stand", []gate.Verdict{notYet("a"), notYet("b"), failed("c")}, wide, "service s2: c; service s0: a; service s1: b"},
		{"more than are listed", []gate.Verdict{notYet("a"), notYet("b"), notYet("c"), notYet("d"), met, notYet("e")}, wide,
			"service s0: a; service s1: b; service s2: c; and 2 more"},
		{"more than there is room for", []gate.Verdict{notYet("aaaaaaaaaa"), notYet("bbbbbbbbbb"), notYet("cccccccccc")}, gate.Limit{Entries: 3, Bytes: 64},
			"service s0: aaaaaaaaaa; service s1: bbbbbbbbbb; and 1 more"},
		{"one that is too long itself", []gate.Verdict{notYet(strings.Repeat("ä", 40)), met, notYet("b")}, gate.Limit{Entries: 3, Bytes: 64},
			"service s0: " + strings.Repeat("ä", 18) + "…; and 1 more"},
		{"at least one, whatever was asked", []gate.Verdict{notYet("a"), notYet("b")}, gate.Limit{Bytes: 64}, "service s0: a; and 1 more"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := gate.Missing(judged(t, tc.verdicts...), tc.limit)
			require.Equal(t, tc.want, got)
			require.LessOrEqual(t, len(got), tc.limit.Bytes)
		})
	}
}

func TestWhatSeveralContainersWaitForIsListedOnce(t *testing.T) {
	first, second := parse(t, "job: migrate, for: [a]"), parse(t, "job: migrate, for: [b]")
	all := []gate.Judged{{Entry: first, Verdict: notYet("it is suspended")}, {Entry: second, Verdict: notYet("it is suspended")}}
	require.Equal(t, "job migrate: it is suspended", gate.Missing(all, gate.EventLimit))
}

func TestTheWholeContractInAnEmptyCluster(t *testing.T) {
	entries, problems := dependency.Parse(`
- service: mariadb
- service: keystone-api
  namespace: identity
- job: migrate
- job: {labels: {initializes: neutron}}
- pod: {labels: {app: cache}, sameNode: true}
- daemonset: ovs-agent
- deployment: api
- resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}
  fields: [{key: spec.arbitrary-key, value: ready}]
  conditions: [{type: Ready, status: "True"}]
- container: envoy
  for: [build]
`)
	require.Empty(t, problems)
	want := []string{
		"container envoy: this Pod has no such container",
		"service mariadb: no endpoints: is there a Service of that name with a selector?",
		"service identity:keystone-api: annotation orderly.dev/share-readiness-with of namespace identity does not name default",
		"job migrate: there is no such Job",
		"job with initializes=neutron: there is no Job with these labels",
		"pod with app=cache on this node: no Pod with these labels on node n1",
		"daemonset ovs-agent: there is no such DaemonSet",
		"deployment api: there is no such Deployment",
		"Foo my-foo (spec.arbitrary-key, condition Ready): there is no such object",
	}
	var all []gate.Judged
	for _, entry := range entries {
		all = append(all, gate.Judged{Entry: entry, Verdict: gate.Judge(entry, waitingPod(), cluster{}.watched(entry, waitingPod()))})
	}
	require.Equal(t, want, strings.Split(gate.Missing(all, gate.Limit{Entries: 32, Bytes: 4096}), "; "))
	require.Equal(t, gate.FailedForGood, gate.Overall(all))
}

func FuzzASummaryIsBounded(f *testing.F) {
	f.Add("0 of 2 endpoints ready", 5, 1, 1024)
	f.Add("\xff\n\x00ä…", 32, 40, 64)
	f.Fuzz(func(t *testing.T, obstacle string, count, entries, bytes int) {
		count, bytes = min(max(count, 0), 40), min(max(bytes, 64), 2000)
		entry, pod := parse(t, fooEntry), waitingPod()
		sight := gate.Sight{}
		for _, interest := range gate.Interests(entry, pod, sight) {
			sight[interest] = gate.Seen{Obstacle: obstacle}
		}
		verdict := gate.Judge(entry, pod, sight)
		require.LessOrEqual(t, len(verdict.Reason), gate.MaxReason)
		var verdicts []gate.Verdict
		for range count {
			verdicts = append(verdicts, verdict)
		}
		got := gate.Missing(judged(t, verdicts...), gate.Limit{Entries: entries, Bytes: bytes})
		require.LessOrEqual(t, len(got), bytes)
		require.True(t, utf8.ValidString(got))
		require.NotContains(t, got, "\n")
		require.Equal(t, count == 0, got == "")
	})
}

// judged are entries for the Services s0, s1 and so on, with those verdicts.
func judged(t testing.TB, verdicts ...gate.Verdict) []gate.Judged {
	t.Helper()
	var all []gate.Judged
	for i, verdict := range verdicts {
		all = append(all, gate.Judged{Entry: parse(t, fmt.Sprint("service: s", i)), Verdict: verdict})
	}
	return all
}
