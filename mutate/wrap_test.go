package mutate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

func TestFlagsAreRenewedWhereverTheWrapperStands(t *testing.T) {
	before := contract.Options{PostFile: "/builder/run/a/done", Step: "a", Entrypoint: "make"}
	after := contract.Options{WaitFiles: []string{"/builder/run/b/done"}, PostFile: "/builder/run/a/done", Step: "a", Entrypoint: "make"}
	words := slices.Concat([]string{"tool", contract.WrapperPath}, before.Words(), []string{"all", "--"})
	want := slices.Concat([]string{"tool", contract.WrapperPath}, after.Words(), []string{"all", "--"})
	for boundary := range len(words) + 1 {
		c := &corev1.Container{Command: slices.Clone(words[:boundary]), Args: slices.Clone(words[boundary:])}
		wrap(c, contract.Options{WaitFiles: after.WaitFiles, PostFile: after.PostFile, Step: after.Step})
		require.Equal(t, want, slices.Concat(c.Command, c.Args), "command and args are parted after %d words", boundary)
		require.Equal(t, boundary > 0, len(c.Command) > 0, "a container without a command stays without one")

		unwrap(c)
		require.Equal(t, []string{"tool", "make", "all", "--"}, slices.Concat(c.Command, c.Args))
		require.Equal(t, boundary > 0, len(c.Command) > 0, "the image's own command runs where it did before, and nowhere else")
	}
}

func TestUnwrappingLeavesACommandWhereThereWasOne(t *testing.T) {
	options := contract.Options{StopFiles: []string{"/builder/run/a/done"}, Entrypoint: "envoy"}
	words := slices.Concat([]string{contract.WrapperPath}, options.Words(), []string{"-c", "x"})
	for boundary := range len(words) + 1 {
		c := &corev1.Container{Command: slices.Clone(words[:boundary]), Args: slices.Clone(words[boundary:])}
		unwrap(c)
		require.Equal(t, []string{"envoy", "-c", "x"}, slices.Concat(c.Command, c.Args), "command and args are parted after %d words", boundary)
		require.Equal(t, boundary > 0, len(c.Command) > 0)
	}
}

func TestUnwrappingIsTheInverseOfWrapping(t *testing.T) {
	want := &corev1.Container{Command: []string{"sh", "-c"}, Args: []string{"$(X)"}}
	got := want.DeepCopy()
	wrap(got, contract.Options{PostFile: "/builder/run/a/done", Step: "a"})
	unwrap(got)
	require.Equal(t, want, got)
}

func TestGracePeriodIsTheKubelets(t *testing.T) {
	for _, tc := range []struct {
		name    string
		seconds *int64
		want    string
	}{
		{"the default", nil, "30s"},
		{"the Pod's own", new(int64(90)), "1m30s"},
		{"never nothing", new(int64(0)), "1s"},
		{"never more than can be counted", new(int64(1 << 62)), "8760h0m0s"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := &corev1.Pod{Spec: corev1.PodSpec{TerminationGracePeriodSeconds: tc.seconds}}
			require.Equal(t, tc.want, gracePeriod(pod).String())
		})
	}
}
