package sidecarstop_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop"
)

const (
	ready      = contract.AnnotationReady
	waitGate   = contract.GatePrefix + contract.WaitContainer
	gateOfNova = contract.GatePrefix + "nova"
)

// openedBy gives the gates that a decision opens, in the order of the alphabet.
func openedBy(d sidecarstop.Decision) []string {
	var opened []string
	for _, name := range slices.Sorted(maps.Keys(d.Annotations)) {
		if d.Annotations[name] == contract.ReadyValue {
			opened = append(opened, name)
		}
	}
	return opened
}

func TestFirstStepsRunWhenEverySidecarIsReady(t *testing.T) {
	for _, tc := range []struct {
		name string
		pod  *corev1.Pod
		want bool
	}{
		{"without sidecars at once", makePod(aStep("a", waiting)), true},
		{"without sidecars, before the kubelet said anything", makePod(aStep("a", unknown), inPhase(corev1.PodPending)), true},
		{"a regular sidecar is ready", makePod(aStep("a", running), aSidecar("proxy", readied)), true},
		{"a regular sidecar runs and is not ready", makePod(aStep("a", running), aSidecar("proxy", running)), false},
		{"a regular sidecar waits for its image", makePod(aStep("a", running), aSidecar("proxy", waiting)), false},
		{"the kubelet said nothing about a regular sidecar", makePod(aStep("a", running), aSidecar("proxy", unknown)), false},
		{"a regular sidecar ended well", makePod(aStep("a", running), aSidecar("proxy", ended(0))), true},
		{"a regular sidecar failed and will be restarted", makePod(aStep("a", running), aSidecar("proxy", ended(1)), onFailure), false},
		{"a wrapped sidecar is ready", makePod(aStep("a", running), aWrapped("proxy", readied)), true},
		{"a wrapped sidecar is not ready", makePod(aStep("a", running), aWrapped("proxy", running)), false},
		{"a wrapped sidecar with a preStop hook is ready", makePod(aStep("a", running), aHooked("proxy", readied)), true},
		{"a wrapped sidecar with a preStop hook is not ready", makePod(aStep("a", running), aHooked("proxy", running)), false},
		{"a native sidecar is ready", makePod(aStep("a", running), aNative("proxy", readied)), true},
		{"a native sidecar runs and is not ready", makePod(aStep("a", running), aNative("proxy", running)), false},
		{"the kubelet said nothing about a native sidecar", makePod(aStep("a", running), aNative("proxy", unknown)), false},
		{"a native sidecar ended well", makePod(aStep("a", running), aNative("proxy", ended(0))), true},
		{"one of three kinds is not ready",
			makePod(aStep("a", running), aNative("n", readied), aWrapped("w", running), aSidecar("r", readied)), false},
		{"all of three kinds are ready",
			makePod(aStep("a", running), aNative("n", readied), aWrapped("w", readied), aSidecar("r", ended(0))), true},
		{"an ordinary init container is no sidecar", makePod(aStep("a", waiting), anInit("copy", running)), true},
		{"a step need not be ready", makePod(aStep("a", running), aStep("b", running), aSidecar("proxy", readied)), true},
		{"a Pod that is still Pending", makePod(aStep("a", waiting), aNative("proxy", readied), inPhase(corev1.PodPending)), true},
		{"a Pod without a node", makePod(aStep("a", unknown), unscheduled), true},
		{"READY stands there already", makePod(aStep("a", running), aSidecar("proxy", readied), isReady), false},
		{"something else stands there", makePod(aStep("a", running), annotated(contract.AnnotationReady, "")), true},
		{"a Pod that is being deleted", makePod(aStep("a", running), deleted), false},
		{"a Pod that is being cancelled", makePod(aStep("a", running), annotated(contract.AnnotationCancel, "enough")), false},
		{"a Pod that has succeeded", makePod(aStep("a", ended(0)), inPhase(corev1.PodSucceeded)), false},
		{"a Pod that has failed", makePod(aStep("a", ended(1)), inPhase(corev1.PodFailed)), false},
		{"a Pod that Orderly did not rewrite", makePod(aStep("a", running), unmanaged), false},
		{"a Pod without steps", makePod(aSidecar("app", readied)), false},
		{"a tool stands before the wrapper of a step", makePod(aStep("a", running), behindATool), true},
		{"a sidecar that seems ready behind its closed gate",
			makePod(aStep("a", running), aGated("nova", readied), annotated(gateOfNova, "")), false},
		{"a sidecar that is ready behind its open gate",
			makePod(aStep("a", running), aGated("nova", readied), annotated(gateOfNova, "READY")), true},
		{"a sidecar that is not ready behind its open gate",
			makePod(aStep("a", running), aGated("nova", running), annotated(gateOfNova, "READY")), false},
		{"a native sidecar that seems ready behind its closed gate", makePod(aStep("a", running), aGatedNative("nova", readied)), false},
		{"a native sidecar that is ready behind its open gate",
			makePod(aStep("a", running), aGatedNative("nova", readied), annotated(gateOfNova, "READY")), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			decision := sidecarstop.Decide(tc.pod, makeFacts(t, tc.pod, ""), now)
			require.Equal(t, tc.want, slices.Contains(openedBy(decision), ready))
			require.False(t, decision.Unhold)
		})
	}
}

func TestEntriesBelongToTheGateOfThoseWhoWait(t *testing.T) {
	const forAll = "- service: db\n  timeout: 1h\n"
	const forNova = "- service: mq\n  for: [nova]\n  timeout: 1h\n"
	db, mq := endpoints("db"), endpoints("mq")
	for _, tc := range []struct {
		name    string
		pod     *corev1.Pod
		waits   string
		objects []metav1.Object
		want    []string
	}{
		{"the first steps wait for what the whole Pod waits for", makePod(aStep("a", running)), forAll, nil, nil},
		{"and run when it is there", makePod(aStep("a", running)), forAll, []metav1.Object{db}, []string{ready}},
		{"they wait for the sidecars besides", makePod(aStep("a", running), aSidecar("p", running)), forAll, []metav1.Object{db}, nil},
		{"they do not wait for what one container waits for", makePod(aStep("a", running)), forNova, nil, []string{ready}},
		{"an init container waits for a Pod without steps", makePod(aWaiter(running)), forAll, nil, nil},
		{"and lets it start when it is there", makePod(aWaiter(running)), forAll, []metav1.Object{db}, []string{waitGate}},
		{"also before it has a node", makePod(aWaiter(unknown), unscheduled), forAll, []metav1.Object{db}, []string{waitGate}},
		{"an init container never waits for sidecars", makePod(aWaiter(running), aNative("p", running)), forAll, []metav1.Object{db}, []string{waitGate}},
		{"a container waits for its own", makePod(aGated("nova", running)), forNova, []metav1.Object{db}, nil},
		{"and starts when that is there", makePod(aGated("nova", running)), forNova, []metav1.Object{mq}, []string{gateOfNova}},
		{"each gate has its own time", makePod(aWaiter(running), aGated("nova", unknown)), forAll + forNova, []metav1.Object{mq}, []string{gateOfNova}},
		{"two gates open together", makePod(aWaiter(running), aGated("nova", unknown)), forAll + forNova, []metav1.Object{db, mq},
			[]string{gateOfNova, waitGate}},
		{"a gate of a container for which nothing is listed stays closed", makePod(aGated("nova", running)), forAll, []metav1.Object{db}, nil},
		{"the gate of a Pod for which nothing is listed stays closed", makePod(aWaiter(running)), "", nil, nil},
		{"what is found out inside opens nothing here and keeps nothing closed", makePod(aStep("a", running)), "- tcp: db:5432\n", nil, []string{ready}},
		{"and is not enough for a gate", makePod(aGated("nova", running)), "- file: /x\n  for: [nova]\n", nil, nil},
		{"who is named without having a gate waits for nobody", makePod(aStep("a", running), aSidecar("nova", readied)), forNova, nil, []string{ready}},
		{"a container that waits for a sidecar", makePod(aStep("a", running), aNative("nova", readied), isReady, aGated("b", running)),
			"- container: nova\n  for: [b]\n", nil, []string{contract.GatePrefix + "b"}},
		{"a container that waits for a sidecar that is not ready", makePod(aStep("a", running), aNative("nova", running), isReady, aGated("b", running)),
			"- container: nova\n  for: [b]\n", nil, nil},
		{"a Job succeeded", makePod(aWaiter(running)), "- job: migrate\n", []metav1.Object{aJob("migrate", succeeded)}, []string{waitGate}},
		{"a Job failed", makePod(aWaiter(running)), "- job: migrate\n", []metav1.Object{aJob("migrate", failed)}, nil},
		{"what is not seen yet is not there", makePod(aWaiter(running)), "- service: other\n", []metav1.Object{db}, nil},
		{"a gate that opened stays open", makePod(aWaiter(running), isReleased), forAll, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			decision := sidecarstop.Decide(tc.pod, makeFacts(t, tc.pod, tc.waits, tc.objects...), now)
			require.Equal(t, tc.want, openedBy(decision))
		})
	}
}

func TestAPodIsHeldInTheQueue(t *testing.T) {
	const waits = "- service: db\n  timeout: 1h\n"
	db := endpoints("db")
	for _, tc := range []struct {
		name    string
		pod     *corev1.Pod
		objects []metav1.Object
		opened  []string
		unhold  bool
	}{
		{"while something is missing", makePod(aSidecar("app", unknown), isHeld), nil, nil, false},
		{"and released when it is there", makePod(aSidecar("app", unknown), isHeld), []metav1.Object{db}, []string{waitGate}, true},
		{"the word stands there, but the gate too", makePod(aSidecar("app", unknown), isHeld, isReleased), nil, nil, true},
		{"the first steps do not open in the queue for it", makePod(aStep("a", unknown), aSidecar("p", unknown), isHeld), []metav1.Object{db},
			[]string{waitGate}, true},
		{"once released, the first steps wait for the sidecars alone",
			makePod(aStep("a", running), aSidecar("p", readied), isReleased), nil, []string{ready}, false},
		{"somebody took the gate away: the first steps wait for everything", makePod(aStep("a", running), aSidecar("p", readied)), nil, nil, false},
		{"a container waits for its own all the same", makePod(aGated("nova", unknown), isHeld), nil, nil, false},
		{"a Pod that is being deleted", makePod(aSidecar("app", unknown), isHeld, deleted), []metav1.Object{db}, nil, false},
		{"a Pod that is being cancelled", makePod(aSidecar("app", unknown), isHeld, isReleased, annotated(contract.AnnotationCancel, "x")), nil, nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			decision := sidecarstop.Decide(tc.pod, makeFacts(t, tc.pod, waits, tc.objects...), now)
			require.Equal(t, tc.opened, openedBy(decision))
			require.Equal(t, tc.unhold, decision.Unhold)
		})
	}
}

func TestTheTextThatCannotBeReadKeepsEveryGateClosed(t *testing.T) {
	for _, text := range []string{"- service: db\n  secretly: hunter2\n", "{", "- resource: {apiVersion: v1, kind: Secret, name: a}\n", "service"} {
		for _, pod := range []*corev1.Pod{
			makePod(aStep("a", running)), makePod(aWaiter(running)), makePod(aGated("nova", running)), makePod(aSidecar("app", unknown), isHeld),
		} {
			facts := sidecarstop.Facts{Waits: sidecarstop.ParseWaits(text)}
			decision := sidecarstop.Decide(pod, facts, now.Add(10*minute))
			require.Empty(t, openedBy(decision), text)
			require.False(t, decision.Unhold, text)
			require.Contains(t, decision.Conditions[0].Message, "orderly.dev/resolved-waits: it cannot be understood", text)
			require.NotContains(t, decision.Conditions[0].Message, "hunter2")
		}
	}
}

func TestDecidingDoesNotChangeThePod(t *testing.T) {
	pod := makePod(aStep("a", ended(0)), aNative("n", readied), aSidecar("r", readied))
	before := pod.DeepCopy()
	sidecarstop.Decide(pod, makeFacts(t, pod, "- service: db\n", endpoints("db")), now)
	require.Equal(t, before, pod)
}
