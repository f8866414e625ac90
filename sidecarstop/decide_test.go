package sidecarstop_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/gate"
	"orderly.dev/sidecarstop/podview"
)

func TestAGateAtWhichNobodyWaitsAnyMoreStaysAsItIs(t *testing.T) {
	pod := makePod(aStep("a", ended(1)), aSidecar("p", readied), aSidecar("q", readied), saying(corev1.ConditionFalse, "x", started))
	facts := makeFacts(t, pod, "- service: db\n  timeout: 10m\n")
	decision := sidecarstop.Decide(pod, facts, now.Add(time.Hour))
	require.Empty(t, openedBy(decision))
	require.Nil(t, readyConditionOf(decision))
	require.Empty(t, decision.Annotations[contract.AnnotationCancel], "what nobody needs is not late")
	require.Equal(t, []string{"p", "q"}, decision.Stop)
	require.NotEmpty(t, decision.Annotations[contract.AnnotationResult])
}

func TestAPodThatOnlyClaimsToBeOursIsLetAlone(t *testing.T) {
	for _, pod := range []*corev1.Pod{
		makePod(aSidecar("app", ended(1)), annotated(contract.AnnotationSteps, "app"), annotated(ready, "")),
		makePod(aSidecar("app", aWaitingReason("InvalidImageName"))),
		makePod(aSidecar("app", aWaitingReason("InvalidImageName")), always, annotated(contract.AnnotationCancel, "enough")),
		makePod(aStep("a", ended(1)), aSidecar("p", readied), unmanaged),
	} {
		decision := sidecarstop.Decide(pod, makeFacts(t, pod, "- service: db\n"), now.Add(time.Hour))
		require.Equal(t, sidecarstop.Decision{}, decision)
	}
}

func TestAPodThatOnlyClonesIsLetAloneWhileAllIsWell(t *testing.T) {
	pending, unended := inPhase(corev1.PodPending), func(*corev1.Pod) {}
	for _, restarts := range []func(*corev1.Pod){unended, onFailure, always} {
		for _, pod := range []*corev1.Pod{
			makePod(restarts, pending, aCloner(unknown), aSidecar("app", unknown)),
			makePod(restarts, pending, aCloner(waiting), aSidecar("app", waiting)),
			makePod(restarts, pending, aCloner(running), aSidecar("app", waiting)),
			makePod(restarts, pending, aCloner(cloned), aSidecar("app", waiting)),
			makePod(restarts, aCloner(cloned), aSidecar("app", readied)),
			makePod(restarts, aCloner(cloned), aSidecar("app", ended(1)), aSidecar("web", readied)),
			makePod(restarts, inPhase(corev1.PodSucceeded), aCloner(cloned), aSidecar("app", ended(0))),
		} {
			require.Equal(t, sidecarstop.Decision{}, sidecarstop.Decide(pod, makeFacts(t, pod, ""), now.Add(time.Hour)))
		}
	}
}

// FuzzDecisionsComeToRest claims of any Pod: deciding leaves it as it is; what was decided and done is not decided again, but that a cancel takes
// its next part; the Events about gates have a cause; the cache holds all that is read; no gate opens while something is missing, and none closes.
func FuzzDecisionsComeToRest(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 1))
		pod, waits := randomPod(random), randomWaits(random)
		objects := []metav1.Object{}
		for _, object := range []metav1.Object{endpoints("db"), aJob("migrate", succeeded), aJob("seed", failed)} {
			if random.IntN(2) == 0 {
				objects = append(objects, object)
			}
		}
		facts := makeFacts(t, pod, waits, objects...)
		at := now.Add(time.Duration(random.IntN(5000)) * time.Second)
		told := map[string]bool{}
		for range 5 {
			facts.Ending.Troubles = facts.Ending.Troubles.After(podview.Of(pod), at)
			before := pod.DeepCopy()
			decision := sidecarstop.Decide(pod, facts, at)
			require.Equal(t, before, pod, "deciding changed the Pod")
			require.Equal(t, decision, sidecarstop.Decide(reduced(t, pod), facts, at), "the cache holds less than is read")
			requireOpenedForCause(t, pod, facts, decision)
			if condition := readyConditionOf(decision); condition != nil {
				require.NotEmpty(t, condition.Message)
			}
			require.GreaterOrEqual(t, decision.Again, time.Duration(0))
			aboutGates := slices.Concat(eventsOf(decision, sidecarstop.EventReady), eventsOf(decision, sidecarstop.EventWaitingFor))
			for _, e := range aboutGates {
				require.True(t, !onlySays(decision) || told[string(e.Reason)+e.Once], "said without a cause: %v", e)
				told[string(e.Reason)+e.Once] = true
			}
			if onlySays(decision) {
				return
			}
			pod = apply(pod, decision)
		}
		require.Fail(t, "it never comes to rest", "%+v\n%+v", pod, sidecarstop.Decide(pod, facts, at))
	})
}

func onlySays(d sidecarstop.Decision) bool {
	d.Events = nil
	return d.IsNothing()
}

// requireOpenedForCause judges each entry again, one by one.
func requireOpenedForCause(t *testing.T, pod *corev1.Pod, facts sidecarstop.Facts, d sidecarstop.Decision) {
	t.Helper()
	view := podview.Of(pod)
	gates := view.Gates()
	for _, name := range openedBy(d) {
		at := slices.IndexFunc(gates, func(g podview.Gate) bool { return g.Annotation == name })
		require.GreaterOrEqual(t, at, 0, "%s is no gate of this Pod", name)
		require.False(t, gates[at].Open, "%s is open", name)
		require.False(t, view.IsCancelled() || !view.IsAlive())
		for _, entry := range facts.Waits.Entries {
			waitsInQueue := gates[at].IsOfFirstSteps() && (view.IsHeld() || view.IsReleased())
			if entry.Holds(gates[at].Container) || entry.HoldsPod() && gates[at].OfPod() && !waitsInQueue {
				require.Equal(t, gate.Met, gate.Judge(entry, pod, facts.Sight).State, "%s opened without %s", name, entry)
			}
		}
		for _, sidecar := range view.Sidecars() {
			if gates[at].IsOfFirstSteps() {
				require.True(t, sidecar.IsReady(), "%s opened without %s", name, sidecar.Name)
			}
		}
	}
}
