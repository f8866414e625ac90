package gate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/dependency"
	"orderly.dev/sidecarstop/gate"
)

// everyKind has an entry of each kind that needs watches, and a cluster in which each is met.
func everyKind(t testing.TB) ([]string, cluster) {
	t.Helper()
	ovs := aDaemonSet()
	observed := appsv1.StatefulSetStatus{ObservedGeneration: 1, ReadyReplicas: 3}
	entries := []string{
		"service: mariadb", "job: migrate", "job: {labels: {initializes: neutron}}", "pod: {labels: {app: cache}, sameNode: true}", "daemonset: ovs",
		"deployment: api", "statefulset: db", fooEntry, fooEntry + ", fields: [{key: spec.a, value: hunter2}], conditions: [{type: Ready}]",
		"job: 'identity:migrate'",
	}
	return entries, cluster{
		endpoints("mariadb", endpoint("a", nil)),
		labelled("initializes", "neutron", aJob("migrate", complete)), aPod("x", "n1", ready, ownedBy(ovs)), ovs,
		aDeployment(nil, appsv1.DeploymentStatus{ObservedGeneration: 1}), aStatefulSet(appsv1.StatefulSetUpdateStrategy{Type: "RollingUpdate"}, observed),
		foo(t, `{"spec": {"a": "hunter2"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}`),
		sharing("identity", "default"), within("identity", aJob("migrate", complete)),
	}
}

func TestNothingIsMetBeforeEverythingWasListed(t *testing.T) {
	entries, everything := everyKind(t)
	for _, text := range entries {
		t.Run(text, func(t *testing.T) {
			entry, pod := parse(t, text), waitingPod()
			complete := everything.watched(entry, pod)
			require.Equal(t, met, gate.Judge(entry, pod, complete))
			require.Equal(t, notYet("not looked at yet"), gate.Judge(entry, pod, nil))
			for late := range complete {
				sight := gate.Sight{}
				for interest, seen := range complete {
					if interest != late {
						sight[interest] = seen
					}
				}
				require.Equal(t, notYet("not looked at yet"), gate.Judge(entry, pod, sight), late)
			}
		})
	}
}

func TestNoReasonTellsAValue(t *testing.T) {
	entries, _ := everyKind(t)
	strange := cluster{
		foo(t, `{"spec": {"a": "hunter3"}, "status": {"conditions": [{"type": "Ready", "status": "hunter3", "message": "hunter3"}]}}`),
		aJob("migrate", failedFor("the password is hunter3")), labelled("initializes", "neutron", aJob("other", failedFor("hunter3 hunter3"))),
		sharing("identity", "hunter3"),
	}
	isBare := func(text string) bool { return text == fooEntry }
	for _, text := range slices.DeleteFunc(entries, isBare) {
		entry, pod := parse(t, text), waitingPod()
		verdict := gate.Judge(entry, pod, strange.watched(entry, pod))
		require.NotEqual(t, gate.Met, verdict.State, text)
		require.NotEmpty(t, verdict.Reason)
		require.NotContains(t, gate.Missing([]gate.Judged{{Entry: entry, Verdict: verdict}}, gate.EventLimit), "hunter", text)
	}
}

func TestObjectsOfAnotherGoTypeAreNotThere(t *testing.T) {
	entry, pod := parse(t, "deployment: api"), waitingPod()
	sight := gate.Sight{}
	for _, interest := range gate.Interests(entry, pod, sight) {
		sight[interest] = gate.Seen{Objects: []metav1.Object{metadataOf(aDeployment(nil, appsv1.DeploymentStatus{ObservedGeneration: 1}))}}
	}
	require.Equal(t, notYet("there is no such Deployment"), gate.Judge(entry, pod, sight))
}

func TestWhatIsFoundOutInsideThePodIsNeverMetHere(t *testing.T) {
	for _, text := range []string{"socket: /a, for: [a]", "file: /a, for: [a]", "tcp: 'a:1'"} {
		require.Equal(t, notYet("found out inside the Pod"), gate.Judge(parse(t, text), waitingPod(), nil), text)
	}
}

func TestEveryOtherKindIsJudged(t *testing.T) {
	entries, _ := everyKind(t)
	seen := map[dependency.Kind]bool{dependency.Container: true}
	for _, text := range entries {
		seen[parse(t, text).Kind()] = true
	}
	for _, kind := range dependency.Kinds() {
		require.Equal(t, !kind.Inside(), seen[kind], kind)
	}
}
