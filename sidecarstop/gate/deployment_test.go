package gate_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
)

func TestADeploymentIsMetWhenItIsRolledOut(t *testing.T) {
	const entry = "deployment: api"
	three := new(int32(3))
	status := func(updated, all, available int32) appsv1.DeploymentStatus {
		return appsv1.DeploymentStatus{ObservedGeneration: 1, UpdatedReplicas: updated, Replicas: all, AvailableReplicas: available}
	}
	stuck := status(1, 3, 3)
	stuck.Conditions = []appsv1.DeploymentCondition{{Type: appsv1.DeploymentProgressing, Status: "False", Reason: "ProgressDeadlineExceeded"}}
	unseen := status(3, 3, 3)
	unseen.ObservedGeneration = 0
	tell(t, []story{
		{"there is none", entry, nil, nil, notYet("there is no such Deployment")},
		{"its controller did not see the last change", entry, nil, cluster{aDeployment(three, unseen)}, notYet("its last change is not observed yet")},
		{"its new Pods are being made", entry, nil, cluster{aDeployment(three, status(1, 3, 3))}, notYet("1 of 3 replicas updated")},
		{"old Pods still run", entry, nil, cluster{aDeployment(three, status(3, 5, 3))}, notYet("2 old replicas still there")},
		{"a new Pod is not available", entry, nil, cluster{aDeployment(three, status(3, 3, 2))}, notYet("2 of 3 updated replicas available")},
		{"it is rolled out", entry, nil, cluster{aDeployment(three, status(3, 3, 3))}, met},
		{"it has no replicas, which is rolled out", entry, nil, cluster{aDeployment(new(int32(0)), status(0, 0, 0))}, met},
		{"it made no progress in time, which the next image may heal", entry, nil, cluster{aDeployment(three, stuck)}, notYet("its rollout exceeded the progress deadline")},
	})
}

func aDeployment(replicas *int32, status appsv1.DeploymentStatus) *appsv1.Deployment {
	return &appsv1.Deployment{ObjectMeta: meta("api"), Spec: appsv1.DeploymentSpec{Replicas: replicas}, Status: status}
}
