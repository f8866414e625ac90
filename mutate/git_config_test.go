package mutate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract/clone"
)

func TestAConfigurationOfGitIsTakenAwayAsAWholeOnly(t *testing.T) {
	order := clone.Order{Workspace: "/w", Repositories: []clone.Repository{{Path: "a", Submodules: true}}}
	ours := gitConfig(order)
	require.Equal(t, []corev1.EnvVar{
		{Name: "GIT_CONFIG_COUNT", Value: "2"}, {Name: "GIT_CONFIG_KEY_0", Value: "safe.directory"}, {Name: "GIT_CONFIG_VALUE_0", Value: "/w/a"},
		{Name: "GIT_CONFIG_KEY_1", Value: "safe.directory"}, {Name: "GIT_CONFIG_VALUE_1", Value: "/w/a/*"},
	}, ours)

	other, count := corev1.EnvVar{Name: "A"}, corev1.EnvVar{Name: "GIT_CONFIG_COUNT", Value: "2"}
	foreign := []corev1.EnvVar{count, {Name: "GIT_CONFIG_KEY_0", Value: "user.name"}}
	reversed := slices.Clone(ours)
	slices.Reverse(reversed)
	for _, tc := range []struct {
		name      string
		env, want []corev1.EnvVar
		wantGit   bool
	}{
		{"none", []corev1.EnvVar{other}, []corev1.EnvVar{other}, false},
		{"ours", slices.Concat(ours, []corev1.EnvVar{other}), []corev1.EnvVar{other}, false},
		{"ours in another order", slices.Concat([]corev1.EnvVar{other}, reversed), []corev1.EnvVar{other}, false},
		{"ours twice", slices.Concat(ours, ours), []corev1.EnvVar{}, false},
		{"a part of ours", ours[1:], ours[1:], true},
		{"somebody else's with the same number", foreign, foreign, true},
		{"ours before somebody else's with the same number", slices.Concat(ours, foreign), foreign, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := slices.Clone(tc.env)
			got := withoutGitConfig(tc.env, order)
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.wantGit, hasGitConfig(got))
			require.Equal(t, before, tc.env, "the list was changed")
		})
	}
	require.Equal(t, foreign, withoutGitConfig(foreign, clone.Order{}), "an order without repositories has none")
}
