package mutate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

func TestCommandsOfManyStepsStaySmall(t *testing.T) {
	// maxWords bounds what the wrappers of all steps take in the patch, in bytes.
	const maxWords = 64 << 10
	var names, pairs []string
	for i := range contract.MaxSteps {
		names = append(names, "step-"+strings.Repeat("x", i%10)+string(rune('a'+i/26))+string(rune('a'+i%26)))
		if i%2 == 1 {
			pairs = append(pairs, "["+names[i-1]+", "+names[i]+"]")
		}
	}
	for _, tc := range []struct {
		name, annotation string
		policy           corev1.RestartPolicy
	}{
		{"one after the other", strings.Join(names, ", "), corev1.RestartPolicyNever},
		{"two by two, each ended by the other's failure", strings.Join(pairs, ", "), corev1.RestartPolicyNever},
		{"all at once, without fail-fast", "[" + strings.Join(names, ", ") + "]", corev1.RestartPolicyOnFailure},
	} {
		t.Run(tc.name, func(t *testing.T) {
			size := 0
			for _, s := range makePlan(t, tc.policy, tc.annotation, names...).steps {
				for _, word := range stepOptions(&corev1.Pod{}, &corev1.Container{}, s).Words() {
					size += len(word)
				}
			}
			require.Less(t, size, maxWords)
		})
	}
}

func TestTheOwnersStepsAreThoseOfThePodWithTheLabelAlone(t *testing.T) {
	for _, tc := range []struct {
		name  string
		owner ownerList
		want  []string
	}{
		{"without a list, all in the order of the spec", ownerList{}, []string{"b", "late", "a"}},
		{"as they are listed", ownerList{Containers: []string{"a", "b"}, Steps: []string{"a", "b"}}, []string{"a", "b"}},
		{"a list without steps names the containers that count", ownerList{Containers: []string{"a", "b"}}, []string{"b", "a"}},
		{"what is not there is left out", ownerList{Containers: []string{"a", "x"}, Steps: []string{"x", "a"}}, []string{"a"}},
		{"what is listed twice is one step", ownerList{Containers: []string{"a"}, Steps: []string{"a", "a"}}, []string{"a"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := &corev1.Pod{Spec: corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever}}
			pod.Labels = map[string]string{contract.LabelInject: contract.InjectYes}
			for _, name := range []string{"b", "istio-proxy", "late", "a"} {
				pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name})
			}
			s := podSubject(pod)
			s.owner = tc.owner
			got, errs := readPlan(s, Config{}, settings{})
			require.Empty(t, errs)
			require.Equal(t, tc.want, got.names())
		})
	}
}

func TestTooManyContainersCannotAllBeSteps(t *testing.T) {
	pod := &corev1.Pod{Spec: corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever}}
	pod.Labels = map[string]string{contract.LabelInject: contract.InjectYes}
	for range contract.MaxSteps + 1 {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "a"})
	}
	_, errs := readPlan(podSubject(pod), Config{}, settings{})
	require.EqualError(t, errs.ToAggregate(), "metadata.labels[orderly.dev/inject]: Too many: 101: must have at most 100 items; "+
		"with the label alone every container is a step; name the steps in the annotation orderly.dev/steps")
}
