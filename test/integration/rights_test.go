package integration

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
