package gate

import appsv1 "k8s.io/api/apps/v1"

// "statefulset: db — rolled out, as kubectl rollout status judges."
//
// The questions and their order are those of k8s.io/kubectl 0.37, pkg/polymorphichelpers/rollout_status.go, StatefulSetStatusViewer; only the replicas
// above a partition need the new revision. kubectl refuses to judge the update strategy OnDelete, under which old Pods may stay for ever; so such a
// StatefulSet is never met, and the reason says what to wait for instead.

func statefulSetInterests(q question) []Interest { return []Interest{statefulSetInterest(q)} }

func statefulSetInterest(q question) Interest {
	return q.named(appsv1.SchemeGroupVersion.WithKind("StatefulSet"), Whole)
}

func judgeStatefulSet(q question) Verdict {
	set, there := the[*appsv1.StatefulSet](q.sight, statefulSetInterest(q))
	if !there {
		return notYet("there is no such StatefulSet")
	}
	wanted, status := set.Spec.Replicas, set.Status
	switch {
	case set.Spec.UpdateStrategy.Type != appsv1.RollingUpdateStatefulSetStrategyType:
		return notYet("its update strategy is not RollingUpdate, so no rollout of it can be judged (wait for its service or a pod)")
	case status.ObservedGeneration == 0 || set.Generation > status.ObservedGeneration:
		return notYet(notObserved)
	case wanted != nil && status.ReadyReplicas < *wanted:
		return notYet("%d of %d replicas ready", status.ReadyReplicas, *wanted)
	default:
		return judgeRevision(set)
	}
}

// judgeRevision asks whether as many replicas as should have the new revision.
func judgeRevision(set *appsv1.StatefulSet) Verdict {
	wanted, status, rolling := set.Spec.Replicas, set.Status, set.Spec.UpdateStrategy.RollingUpdate
	switch {
	case rolling != nil && wanted != nil && rolling.Partition != nil && status.UpdatedReplicas < *wanted-*rolling.Partition:
		return notYet("%d of %d replicas updated", status.UpdatedReplicas, *wanted-*rolling.Partition)
	case rolling == nil && status.UpdateRevision != status.CurrentRevision:
		return notYet("%d replicas updated, and not all yet", status.UpdatedReplicas)
	default:
		return met()
	}
}
