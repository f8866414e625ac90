package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
	"orderly.dev/webhook/cluster"
)

func TestAQuotaForOtherPodsDemandsNothing(t *testing.T) {
	scopes := func(list ...corev1.ResourceQuotaScope) corev1.ResourceQuotaSpec {
		return corev1.ResourceQuotaSpec{Scopes: list}
	}
	selecting := func(name corev1.ResourceQuotaScope, operator corev1.ScopeSelectorOperator, values ...string) corev1.ResourceQuotaSpec {
		return corev1.ResourceQuotaSpec{ScopeSelector: &corev1.ScopeSelector{MatchExpressions: []corev1.ScopedResourceSelectorRequirement{
			{ScopeName: name, Operator: operator, Values: values},
		}}}
	}
	// The Pod has a deadline and the priority low.
	for _, tc := range []struct {
		name  string
		scope corev1.ResourceQuotaSpec
		want  bool
	}{
		{"for all", corev1.ResourceQuotaSpec{}, true},
		{"with a deadline", scopes(corev1.ResourceQuotaScopeTerminating), true},
		{"without a deadline", scopes(corev1.ResourceQuotaScopeNotTerminating), false},
		{"one of two scopes", scopes(corev1.ResourceQuotaScopeNotBestEffort, corev1.ResourceQuotaScopeNotTerminating), false},
		{"selected by having no deadline", selecting(corev1.ResourceQuotaScopeNotTerminating, corev1.ScopeSelectorOpExists), false},
		{"of the priority", selecting(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpIn, "high", "low"), true},
		{"of another priority", selecting(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpIn, "high"), false},
		{"not of the priority", selecting(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpNotIn, "low"), false},
		{"of any priority", selecting(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpExists), true},
		{"of no priority", selecting(corev1.ResourceQuotaScopePriorityClass, corev1.ScopeSelectorOpDoesNotExist), false},
		{"of a scope that is not known here", selecting("Newer", corev1.ScopeSelectorOpExists), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			quota := makeQuota("here", "q", corev1.ResourceLimitsCPU)
			quota.Spec.Scopes, quota.Spec.ScopeSelector = tc.scope.Scopes, tc.scope.ScopeSelector
			c, err := cluster.Watch(t.Context(), newMemory(quota))
			require.NoError(t, err)
			pod := podIn("here")
			pod.Spec.ActiveDeadlineSeconds, pod.Spec.PriorityClassName = new(int64(60)), "low"
			var facts mutate.Facts
			require.NoError(t, c.Find(t.Context(), pod, &facts))
			require.Equal(t, tc.want, len(facts.Quotas) == 1)
		})
	}
}
