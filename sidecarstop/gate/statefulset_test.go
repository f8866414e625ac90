package gate_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
)

func TestAStatefulSetIsMetWhenItIsRolledOut(t *testing.T) {
	const entry = "statefulset: db"
	rolling := func(partition *int32) appsv1.StatefulSetUpdateStrategy {
		return appsv1.StatefulSetUpdateStrategy{Type: "RollingUpdate", RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategy{Partition: partition}}
	}
	all, upper := rolling(new(int32(0))), rolling(new(int32(2)))
	bare := appsv1.StatefulSetUpdateStrategy{Type: "RollingUpdate"}
	byHand := appsv1.StatefulSetUpdateStrategy{Type: "OnDelete"}
	status := func(ready, updated int32, revision string) appsv1.StatefulSetStatus {
		return appsv1.StatefulSetStatus{ObservedGeneration: 1, ReadyReplicas: ready, UpdatedReplicas: updated, UpdateRevision: "2", CurrentRevision: revision}
	}
	tell(t, []story{
		{"there is none", entry, nil, nil, notYet("there is no such StatefulSet")},
		{"its controller saw nothing yet", entry, nil, cluster{aStatefulSet(all, appsv1.StatefulSetStatus{ReadyReplicas: 3, UpdatedReplicas: 3})},
			notYet("its last change is not observed yet")},
		{"its controller saw nothing yet, and generations are not counted", entry, nil,
			cluster{uncounted(aStatefulSet(all, appsv1.StatefulSetStatus{ReadyReplicas: 3, UpdatedReplicas: 3}))}, notYet("its last change is not observed yet")},
		{"a Pod is not ready", entry, nil, cluster{aStatefulSet(all, status(2, 3, "2"))}, notYet("2 of 3 replicas ready")},
		{"all are ready and one is old", entry, nil, cluster{aStatefulSet(all, status(3, 2, "1"))}, notYet("2 of 3 replicas updated")},
		{"it is rolled out", entry, nil, cluster{aStatefulSet(all, status(3, 3, "2"))}, met},
		{"below the partition Pods may be old", entry, nil, cluster{aStatefulSet(upper, status(3, 1, "1"))}, met},
		{"above the partition they may not", entry, nil, cluster{aStatefulSet(upper, status(3, 0, "1"))}, notYet("0 of 1 replicas updated")},
		{"without a partition the revisions count", entry, nil, cluster{aStatefulSet(bare, status(3, 2, "1"))}, notYet("2 replicas updated, and not all yet")},
		{"without a partition the revisions are one", entry, nil, cluster{aStatefulSet(bare, status(3, 3, "2"))}, met},
		{"its Pods are replaced by hand", entry, nil, cluster{aStatefulSet(byHand, status(3, 3, "2"))},
			notYet("its update strategy is not RollingUpdate, so no rollout of it can be judged (wait for its service or a pod)")},
	})
}

// aStatefulSet has three replicas.
func aStatefulSet(strategy appsv1.StatefulSetUpdateStrategy, status appsv1.StatefulSetStatus) *appsv1.StatefulSet {
	spec := appsv1.StatefulSetSpec{Replicas: new(int32(3)), UpdateStrategy: strategy}
	return &appsv1.StatefulSet{ObjectMeta: meta("db"), Spec: spec, Status: status}
}

func uncounted(set *appsv1.StatefulSet) *appsv1.StatefulSet {
	set.Generation = 0
	return set
}
