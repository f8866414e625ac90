package integration

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/voice"
)

const waitGate = contract.GatePrefix + contract.WaitContainer

// makeGatedPod gives a Pod without steps as admission leaves it: an init container waits for the entries, on node n1.
func makeGatedPod(namespace, waits string, changes ...func(*corev1.Pod)) *corev1.Pod {
	waiter := contract.Options{
		ReadyFiles: []string{contract.GateFile(contract.WaitContainer)}, WaitTimeout: time.Hour, Entrypoint: contract.ToolsNop,
	}
	pod := &corev1.Pod{Spec: corev1.PodSpec{
		NodeName: "n1", TerminationGracePeriodSeconds: new(int64(0)),
		InitContainers: []corev1.Container{{
			Name: contract.WaitContainer, Image: toolsImage, Command: append([]string{contract.ToolsWrapper}, waiter.Words()...),
		}},
		Containers: []corev1.Container{{Name: "app", Image: "registry.example/app"}},
	}}
	pod.Namespace, pod.GenerateName = namespace, "app-"
	pod.Labels = map[string]string{contract.LabelManaged: contract.ManagedYes}
	pod.Annotations = map[string]string{contract.AnnotationResolvedWaits: waits}
	for _, change := range changes {
		change(pod)
	}
	return pod
}

func withPolicy(policy corev1.RestartPolicy) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Spec.RestartPolicy = policy }
}

// isHeld keeps the Pod in the queue instead.
func isHeld(pod *corev1.Pod) {
	pod.Spec.NodeName, pod.Spec.InitContainers = "", nil
	pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: contract.SchedulingGate}, {Name: "example.com/other"}}
}

// startedAt is what the kubelet writes when it takes a Pod on.
func startedAt(t *testing.T, pod *corev1.Pod, at time.Time) {
	t.Helper()
	pod.Status.Phase, pod.Status.StartTime = corev1.PodPending, new(metav1.NewTime(at))
	require.NoError(t, admin.Status().Update(t.Context(), pod))
}

// in is the companion for a part of a test.
func (c *companion) in(t *testing.T) *companion {
	return &companion{t: t, process: c.process, health: c.health, log: c.log}
}

// eventuallyMisses waits until the Pod says that this is missing, and no gate of it is open.
func (c *companion) eventuallyMisses(pod *corev1.Pod, want string) {
	c.t.Helper()
	c.eventually(want, func() error {
		got := mustGetPod(c.t, pod)
		condition := conditionOf(got, contract.ConditionReady)
		if condition.Status != corev1.ConditionFalse || !strings.Contains(condition.Message, want) {
			return fmt.Errorf("the condition is %q: %s", condition.Status, condition.Message)
		}
		for name, value := range got.Annotations {
			require.False(c.t, strings.HasPrefix(name, contract.GatePrefix) && value == contract.ReadyValue, "%s is open", name)
		}
		return nil
	})
}

// eventuallyOpens waits until the Pod's gate is open, and gives the Pod.
func (c *companion) eventuallyOpens(pod *corev1.Pod, gate string) *corev1.Pod {
	c.t.Helper()
	var got *corev1.Pod
	c.eventually(gate+" opens", func() error {
		if got = mustGetPod(c.t, pod); got.Annotations[gate] != contract.ReadyValue {
			return fmt.Errorf("it is %q, %s", got.Annotations[gate], conditionOf(got, contract.ConditionReady).Message)
		}
		return nil
	})
	return got
}

func TestTheCompanionOpensTheGateOfEachKindOfDependency(t *testing.T) {
	loop := startCompanion(t)
	type waiting struct {
		pod     *corev1.Pod
		missing string
		meet    func(*testing.T)
	}
	// All wait side by side, because each does for some seconds before it says so.
	all := map[string]waiting{}
	for _, tc := range dependencyCases {
		namespace := makeNamespace(t, nil)
		meet := tc.arrange(t, namespace)
		all[tc.name] = waiting{mustCreate(t, makeGatedPod(namespace, tc.waits)), tc.missing, meet}
	}
	for _, tc := range dependencyCases {
		t.Run(tc.name, func(t *testing.T) {
			waits, loop := all[tc.name], loop.in(t)
			loop.eventuallyMisses(waits.pod, waits.missing)
			before := time.Now()
			waits.meet(t)
			opened := loop.eventuallyOpens(waits.pod, waitGate)
			t.Logf("opened after %v", time.Since(before).Round(time.Millisecond))
			require.Equal(t, corev1.ConditionTrue, conditionOf(opened, contract.ConditionReady).Status, "in the same write")
			waitForEvent(t, loop, waits.pod, sidecarstop.EventWaitingFor)
			waitForEvent(t, loop, waits.pod, sidecarstop.EventReady)
		})
	}
}

func TestTheCompanionFollowsAConsentThatIsWithdrawn(t *testing.T) {
	loop := startCompanion(t)
	namespace, other := makeNamespace(t, nil), makeNamespace(t, nil)
	share(t, other, namespace)
	slice := mustCreate(t, makeEndpoints(other, "db", false))
	pod := mustCreate(t, makeGatedPod(namespace, "- service: db\n  namespace: "+other+"\n"))
	loop.eventuallyMisses(pod, "0 of 1 endpoints ready")

	share(t, other, "somebody-else")
	makeReady(t, slice)
	// At most every 30 s it says another thing, so that the next Pod shows it sooner.
	late := mustCreate(t, makeGatedPod(namespace, "- service: db\n  namespace: "+other+"\n"))
	loop.eventuallyMisses(late, "annotation orderly.dev/share-readiness-with of namespace "+other+" does not name "+namespace)
	require.NotContains(t, mustGetPod(t, pod).Annotations, waitGate)

	share(t, other, "*")
	loop.eventuallyOpens(pod, waitGate)
	loop.eventuallyOpens(late, waitGate)
}

func TestTheCompanionReleasesAPodThatIsHeldInTheQueue(t *testing.T) {
	loop := startCompanion(t)
	namespace := makeNamespace(t, nil)
	slice := mustCreate(t, makeEndpoints(namespace, "db", false))
	pod := mustCreate(t, makeGatedPod(namespace, "- service: db\n", isHeld))
	loop.eventuallyMisses(pod, "service db: 0 of 1 endpoints ready")
	require.Len(t, mustGetPod(t, pod).Spec.SchedulingGates, 2)

	makeReady(t, slice)
	loop.eventually("the gate is gone", func() error {
		if gates := mustGetPod(t, pod).Spec.SchedulingGates; len(gates) != 1 {
			return fmt.Errorf("the gates are %v", gates)
		}
		return nil
	})
	released := mustGetPod(t, pod)
	require.Equal(t, "example.com/other", released.Spec.SchedulingGates[0].Name, "what belongs to others stays")
	require.Equal(t, corev1.ConditionTrue, conditionOf(released, contract.ConditionReady).Status)
}

func TestTheCompanionEndsAPodThatWaitsTooLong(t *testing.T) {
	loop := startCompanion(t)
	for _, tc := range []struct {
		name   string
		policy corev1.RestartPolicy
		failed bool
	}{
		{"Never", corev1.RestartPolicyNever, true},
		{"OnFailure", corev1.RestartPolicyOnFailure, true},
		{"Always", corev1.RestartPolicyAlways, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namespace, loop := makeNamespace(t, nil), loop.in(t)
			const waits = "- service: db\n  timeout: 2s\n"
			held := mustCreate(t, makeGatedPod(namespace, waits, isHeld, withPolicy(tc.policy)))
			pod := mustCreate(t, makeGatedPod(namespace, waits, withPolicy(tc.policy)))
			startedAt(t, pod, time.Now())
			if !tc.failed {
				loop.eventuallyMisses(pod, "service db: no endpoints")
				loop.eventuallyMisses(held, "service db: no endpoints")
				require.NotContains(t, mustGetPod(t, pod).Annotations, contract.AnnotationCancel)
				mustCreate(t, makeEndpoints(namespace, "db", true))
				loop.eventuallyOpens(pod, waitGate)
				return
			}
			loop.eventually("the Pod is cancelled", func() error {
				got := mustGetPod(t, pod)
				if !strings.Contains(got.Annotations[contract.AnnotationCancel], "service db: not within 2s: no endpoints") {
					return fmt.Errorf("the reason is %q", got.Annotations[contract.AnnotationCancel])
				}
				if condition := conditionOf(got, contract.ConditionCancelled); condition.Status != corev1.ConditionTrue {
					return fmt.Errorf("the condition is %+v", condition)
				}
				return nil
			})
			loop.eventually("the held Pod is failed", func() error {
				if got := mustGetPod(t, held); got.Status.Phase != corev1.PodFailed || !strings.Contains(got.Status.Message, "service db") {
					return fmt.Errorf("it is %s: %s %s", got.Status.Phase, got.Status.Reason, got.Status.Message)
				}
				return nil
			})
		})
	}
}

// A Pod that waits writes when it begins to, and when it is over; in between only when something changed.
func TestTheCompanionDoesNotRepeatItself(t *testing.T) {
	loop := startCompanion(t)
	namespace := makeNamespace(t, nil)
	pod := mustCreate(t, makeGatedPod(namespace, "- service: db\n- service: mq\n"))
	loop.eventuallyMisses(pod, "service db: no endpoints")
	said := mustGetPod(t, pod)
	mustCreate(t, makeEndpoints(namespace, "db", true))
	mustCreate(t, makeEndpoints(namespace, "mq", false))
	for range 5 {
		mustUpdate(t, mustGetPod(t, pod), func(p *corev1.Pod) { p.Annotations["example.com/note"] += "x" })
	}
	last := mustCreate(t, makeGatedPod(namespace, "- service: db\n"))
	loop.eventuallyOpens(last, waitGate)
	require.Equal(t, said.Status.Conditions, mustGetPod(t, pod).Status.Conditions, "within 30 s nothing new is said")
	require.Equal(t, 1, countEvents(t, pod, sidecarstop.EventWaitingFor))
}

// countEvents gives how many Events of that reason there are on the Pod.
func countEvents(t *testing.T, pod *corev1.Pod, reason voice.Reason) int {
	t.Helper()
	var all eventsv1.EventList
	require.NoError(t, admin.List(t.Context(), &all, client.InNamespace(pod.Namespace)))
	count := 0
	for _, e := range all.Items {
		if e.Regarding.UID == pod.UID && e.Reason == string(reason) {
			count++
		}
	}
	return count
}

func TestACompanionThatWasKilledIsNotMissed(t *testing.T) {
	first := startCompanion(t)
	namespace := makeNamespace(t, nil)
	pod := mustCreate(t, makeGatedPod(namespace, "- service: db\n"))
	first.eventuallyMisses(pod, "service db: no endpoints")
	waitForEvent(t, first, pod, sidecarstop.EventWaitingFor)
	first.kill()
	said := mustGetPod(t, pod)

	second := startCompanion(t)
	held := mustCreate(t, makeGatedPod(namespace, "- service: mq\n", isHeld))
	second.eventuallyMisses(held, "service mq: no endpoints")
	require.Equal(t, said.ResourceVersion, mustGetPod(t, pod).ResourceVersion, "there was nothing new to say")
	second.kill()

	mustCreate(t, makeEndpoints(namespace, "db", true))
	mustCreate(t, makeEndpoints(namespace, "mq", true))
	third := startCompanion(t)
	third.eventuallyOpens(pod, waitGate)
	third.eventuallyOpens(held, waitGate)
	require.Equal(t, 1, countEvents(t, pod, sidecarstop.EventWaitingFor))
}
