package integration

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Without knowing the limits of namespaces the webhook would rewrite Pods so that others refuse them.
func TestAReplicaThatMayNotSeeTheClusterIsNotReady(t *testing.T) {
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: serviceAccount}}
	complete := mustGet(t, role).Rules
	setRules := func(rules []rbacv1.PolicyRule) {
		mustUpdate(t, role, func(r *rbacv1.ClusterRole) { r.Rules = rules })
	}
	setRules(slices.DeleteFunc(slices.Clone(complete), func(r rbacv1.PolicyRule) bool { return slices.Contains(r.Resources, "limitranges") }))
	defer setRules(complete) // and not by Cleanup, when the test's context has ended
	blind, err := startReplica()
	require.NoError(t, err)
	t.Cleanup(blind.stop)
	eventually(t, "it says what it may not do", func() error {
		if log := blind.readLog(); !strings.Contains(log, "limitranges is forbidden") {
			return errors.New("its log: " + log)
		}
		return nil
	})
	state, err := get(t.Context(), "http://"+blind.health+"/readyz?verbose")
	require.Error(t, err)
	require.Contains(t, state, "[-]cluster failed")
	require.Error(t, requireServes(t.Context(), blind.port, mustGetSecret(t)), "no request is answered")

	setRules(complete)
	require.NoError(t, blind.waitReady(t.Context()))
}

// What it may do more than this would be too much, so the list of what it may not holds what lies beside.
func TestTheCompanionHasTheRightsThatItNeedsAndNoMore(t *testing.T) {
	const mine, elsewhere, everywhere = systemSpace, "default", ""
	for _, tc := range []struct {
		want                             bool
		verbs                            []string
		group, resource, namespace, name string
	}{
		{true, []string{"list", "watch", "patch"}, "", "pods", everywhere, ""},
		{false, []string{"get", "create", "update", "delete"}, "", "pods", everywhere, ""},
		{true, []string{"patch"}, "", "pods/status", everywhere, ""},
		{false, []string{"create"}, "", "pods/exec", everywhere, ""},
		{true, []string{"create"}, "events.k8s.io", "events", everywhere, ""},
		{false, []string{"get", "list", "watch", "patch", "update", "delete"}, "events.k8s.io", "events", everywhere, ""},
		{false, []string{"create", "patch"}, "", "events", everywhere, ""},
		{true, []string{"list", "watch"}, "", "namespaces", everywhere, ""},
		{true, []string{"list", "watch"}, "discovery.k8s.io", "endpointslices", everywhere, ""},
		{true, []string{"get", "list", "watch"}, "batch", "jobs", everywhere, ""},
		{true, []string{"list", "watch"}, "apps", "daemonsets", everywhere, ""},
		{true, []string{"list", "watch"}, "apps", "deployments", everywhere, ""},
		{true, []string{"list", "watch"}, "apps", "statefulsets", everywhere, ""},
		{false, []string{"patch", "update", "delete"}, "batch", "jobs", everywhere, ""},
		{false, []string{"patch", "update"}, "", "namespaces", everywhere, ""},
		{false, []string{"get", "list", "watch"}, "", "secrets", mine, ""},
		{false, []string{"get", "list", "watch"}, "", "configmaps", mine, ""},
		{true, []string{"create"}, "coordination.k8s.io", "leases", mine, ""},
		{true, []string{"get", "update"}, "coordination.k8s.io", "leases", mine, "orderly-sidecarstop"},
		{false, []string{"get", "update", "delete"}, "coordination.k8s.io", "leases", mine, "another"},
		{false, []string{"create", "get", "update"}, "coordination.k8s.io", "leases", elsewhere, "orderly-sidecarstop"},
	} {
		for _, verb := range tc.verbs {
			resource, subresource, _ := strings.Cut(tc.resource, "/")
			review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
				User: companionUser, Groups: companionGroups,
				ResourceAttributes: &authorizationv1.ResourceAttributes{
					Verb: verb, Group: tc.group, Resource: resource, Subresource: subresource, Namespace: tc.namespace, Name: tc.name,
				},
			}}
			require.NoError(t, admin.Create(t.Context(), review))
			require.Equal(t, tc.want, review.Status.Allowed, "%s %s %q in %q", verb, tc.resource, tc.name, tc.namespace)
		}
	}
}
