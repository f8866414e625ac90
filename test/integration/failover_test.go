package integration

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
)

// margin is for machines that are slower than what is promised: 2 s from the end of a leader, or of its Lease, to the first thing that
// another does. It is shorter than the Lease, so it tells one that was given up from one that ran out.
const margin = 5 * time.Second

func TestAnotherReplicaTakesOverFromOneThatIsToldToStop(t *testing.T) {
	first, second := runCompanion(t, "first"), runCompanion(t, "second")
	first.waitReady()
	second.waitReady()
	leader, standby := first, second
	if whoLeads(t, first) == "second" {
		leader, standby = second, first
	}
	requireActs(t, leader)

	begin := time.Now()
	leader.stop()
	requireActs(t, standby)
	took := time.Since(begin)
	t.Logf("from SIGTERM to the first act of the other: %v", took)
	require.Less(t, took, margin)
}

func TestAnotherReplicaTakesOverFromOneThatIsKilled(t *testing.T) {
	leader := runCompanion(t, "leader")
	leader.waitReady()
	require.Equal(t, "leader", whoLeads(t, leader))
	watches := countPodWatches(t)
	standby := runCompanion(t, "standby")
	standby.waitReady()
	standby.eventually("it watches Pods before it leads", func() error {
		if got := countPodWatches(t); got != watches+1 {
			return fmt.Errorf("there are %d watches of Pods, and were %d without it", got, watches)
		}
		return nil
	})
	requireActs(t, leader)
	require.Equal(t, "leader", whoLeads(t, leader), "a replica that becomes ready takes nothing away")

	begin := time.Now()
	leader.kill()
	requireActs(t, standby)
	took := time.Since(begin)
	t.Logf("from SIGKILL to the first act of the other: %v", took)
	lease := mustGetLease(t, standby)
	require.Equal(t, "standby", *lease.Spec.HolderIdentity)
	duration := time.Duration(*lease.Spec.LeaseDurationSeconds) * time.Second
	require.Less(t, took, duration+margin)
	require.Less(t, margin, duration, "or the other tests show nothing")
}

// The kubelet starts a container again that was killed, in the same Pod.
func TestAReplicaThatIsKilledAndStartedAgainLeadsAtOnce(t *testing.T) {
	before := runCompanion(t, "same")
	before.waitReady()
	require.Equal(t, "same", whoLeads(t, before))
	standby := runCompanion(t, "standby")
	standby.waitReady()

	begin := time.Now()
	before.kill()
	after := runCompanion(t, "same")
	requireActs(t, after)
	took := time.Since(begin)
	t.Logf("from SIGKILL to the first act of the same again: %v", took)
	require.Less(t, took, margin)
	require.Equal(t, "same", whoLeads(t, after))
}

// whoLeads gives the identity of the replica that holds the Lease.
func whoLeads(t *testing.T, c *companion) string {
	t.Helper()
	return *mustGetLease(t, c).Spec.HolderIdentity
}

// mustGetLease waits until some replica holds the Lease.
func mustGetLease(t *testing.T, c *companion) *coordinationv1.Lease {
	t.Helper()
	lease := &coordinationv1.Lease{}
	c.eventually("a replica holds the Lease", func() error {
		if err := admin.Get(t.Context(), inSystem("orderly-sidecarstop"), lease); err != nil {
			return err
		}
		if lease.Spec.HolderIdentity == nil || *lease.Spec.HolderIdentity == "" {
			return errNotYet
		}
		return nil
	})
	return lease
}

// countPodWatches counts those of the whole cluster that the API server serves now.
func countPodWatches(t *testing.T) int {
	t.Helper()
	count := 0
	for line := range strings.Lines(mustKubectl(t, nil, "get", "--raw", "/metrics")) {
		if podWatches.MatchString(line) {
			n, err := strconv.Atoi(line[strings.LastIndex(line, " ")+1 : len(line)-1])
			require.NoError(t, err)
			count += n
		}
	}
	return count
}

var podWatches = regexp.MustCompile(`^apiserver_longrunning_requests\{.*group="",.*resource="pods",scope="cluster",.*verb="WATCH",`)

// requireActs makes a Pod whose first steps may run, and waits until the companion has said so. The log of the one that should
// is shown where it does not.
func requireActs(t *testing.T, c *companion) {
	t.Helper()
	pod := mustCreate(t, makeCompanionPod(makeNamespace(t, nil), "work"))
	report(t, pod, running("build", true), running("proxy", true))
	c.eventually("the Pod is READY", func() error {
		if got := mustGetPod(t, pod).Annotations[contract.AnnotationReady]; got != contract.ReadyValue {
			return fmt.Errorf("the annotation is %q", got)
		}
		return nil
	})
}

// A companion can be killed between a condition and the Event that goes with it; that the Event is gone comes to the same.
func TestTheEventsThatAKilledCompanionOwesAreSaidByTheNext(t *testing.T) {
	first := startCompanion(t)
	namespace := makeNamespace(t, nil)
	waits := mustCreate(t, makeGatedPod(namespace, "- service: mq\n"))
	mustCreate(t, makeEndpoints(namespace, "db", true))
	runs := mustCreate(t, makeGatedPod(namespace, "- service: db\n"))
	waitForEvent(t, first, waits, sidecarstop.EventWaitingFor)
	waitForEvent(t, first, runs, sidecarstop.EventReady)
	first.kill()
	require.NoError(t, admin.DeleteAllOf(t.Context(), &eventsv1.Event{}, client.InNamespace(namespace)))
	said := []string{mustGetPod(t, waits).ResourceVersion, mustGetPod(t, runs).ResourceVersion}

	second := startCompanion(t)
	waitForEvent(t, second, waits, sidecarstop.EventWaitingFor)
	waitForEvent(t, second, runs, sidecarstop.EventReady)
	second.kill()
	third := startCompanion(t)
	last := mustCreate(t, makeGatedPod(namespace, "- service: db\n"))
	waitForEvent(t, third, last, sidecarstop.EventReady)
	require.Equal(t, 1, countEvents(t, waits, sidecarstop.EventWaitingFor))
	require.Equal(t, 1, countEvents(t, runs, sidecarstop.EventReady))
	require.Equal(t, said, []string{mustGetPod(t, waits).ResourceVersion, mustGetPod(t, runs).ResourceVersion}, "Events cost no patch")
}
