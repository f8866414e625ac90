package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
)

func TestACronJobIsTheJobThatItMadeLast(t *testing.T) {
	cronJob := &batchv1.CronJob{ObjectMeta: meta("nightly"), Spec: batchv1.CronJobSpec{Schedule: "@daily"}}
	client := fake.NewClientset(cronJob)
	_, err := look(t.Context(), client, target{kind: aCronJob, name: "nightly"})
	require.EqualError(t, err, `CronJob demo/nightly has no Job, with the schedule "@daily": make one with `+
		"`kubectl create job --from=cronjob/nightly NAME -n demo`")

	for i, name := range []string{"nightly-2", "nightly-1", "nightly-3"} {
		job := makeJob(name)
		job.CreationTimestamp = makePod(job, "", 10-i).CreationTimestamp
		if name != "nightly-1" {
			job.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(cronJob, batchv1.SchemeGroupVersion.WithKind("CronJob"))}
		}
		require.NoError(t, client.Tracker().Add(job))
	}
	require.NoError(t, client.Tracker().Add(makePod(makeJob("nightly-2"), "nightly-2-a", 0)))
	got, err := look(t.Context(), client, target{kind: aCronJob, name: "nightly"})
	require.NoError(t, err)
	require.Equal(t, []string{"nightly-2-a"}, namesOf(got.pods))
	require.Equal(t, "Job demo/nightly-2: Running (the last Job of CronJob nightly)", got.heading())
}

func TestAWorkloadIsThePodsThatItWantsNow(t *testing.T) {
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	deployment := &appsv1.Deployment{ObjectMeta: meta("web"), Spec: appsv1.DeploymentSpec{Selector: selector, Replicas: new(int32(2))}}
	client := fake.NewClientset(deployment,
		&appsv1.StatefulSet{ObjectMeta: meta("db"), Spec: appsv1.StatefulSetSpec{Selector: selector}},
		&appsv1.DaemonSet{ObjectMeta: meta("agent"), Spec: appsv1.DaemonSetSpec{Selector: selector}, Status: appsv1.DaemonSetStatus{DesiredNumberScheduled: 3}})
	_, err := look(t.Context(), client, target{kind: aDeployment, name: "web"})
	require.EqualError(t, err, "there is no ReplicaSet of Deployment demo/web yet: see why with `kubectl describe deployment web -n demo`")

	for name, revision := range map[string]string{"web-old": "9", "web-new": "10", "web-bare": ""} {
		set := &appsv1.ReplicaSet{ObjectMeta: meta(name), Spec: appsv1.ReplicaSetSpec{Selector: selector}}
		set.Labels = selector.MatchLabels
		set.Annotations = map[string]string{"deployment.kubernetes.io/revision": revision}
		set.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(deployment, appsv1.SchemeGroupVersion.WithKind("Deployment"))}
		require.NoError(t, client.Tracker().Add(set))
	}
	for owner, conditions := range map[string][]corev1.PodCondition{
		"web-old": {{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		"web-new": {{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		"db":      nil,
		"agent":   {{Type: corev1.PodReady, Status: corev1.ConditionFalse}},
	} {
		pod := &corev1.Pod{ObjectMeta: meta(owner + "-a"), Status: corev1.PodStatus{Conditions: conditions}}
		pod.Labels = selector.MatchLabels
		pod.OwnerReferences = []metav1.OwnerReference{{UID: types.UID("uid-" + owner), Controller: new(true)}}
		require.NoError(t, client.Tracker().Add(pod))
	}
	for _, tc := range []struct {
		wanted        target
		pods, heading string
	}{
		{target{kind: aDeployment, name: "web"}, "web-new-a", "Deployment demo/web: 1 of 2 Pods ready"},
		{target{kind: aReplicaSet, name: "web-old"}, "web-old-a", "ReplicaSet demo/web-old: 1 of 1 Pods ready"},
		{target{kind: aStatefulSet, name: "db"}, "db-a", "StatefulSet demo/db: 0 of 1 Pods ready"},
		{target{kind: aDaemonSet, name: "agent"}, "agent-a", "DaemonSet demo/agent: 0 of 3 Pods ready"},
	} {
		t.Run(string(tc.wanted.kind), func(t *testing.T) {
			got, err := look(t.Context(), client, tc.wanted)
			require.NoError(t, err)
			require.Equal(t, []string{tc.pods}, namesOf(got.pods))
			require.Equal(t, tc.heading, got.heading())
		})
	}
	ready, err := look(t.Context(), client, target{kind: aReplicaSet, name: "web-old"})
	require.NoError(t, err)
	outcome, _ := ready.outcome()
	require.Equal(t, succeeded, outcome)
	waiting, err := look(t.Context(), client, target{kind: aDaemonSet, name: "agent"})
	require.NoError(t, err)
	outcome, _ = waiting.outcome()
	require.Equal(t, running, outcome)
}

// meta gives an object in the namespace of the tests with a UID of its own.
func meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "demo", Name: name, UID: types.UID("uid-" + name)}
}
