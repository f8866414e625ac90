package gate

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
)

// "deployment: api — rolled out, as kubectl rollout status judges."
//
// The questions and their order are those of k8s.io/kubectl 0.37, pkg/polymorphichelpers/rollout_status.go, DeploymentStatusViewer. There a rollout
// that made no progress within its deadline is an error; here it is not yet met, because the next image, or the node that comes back, heals it.
// A Deployment with 0 replicas is rolled out.

// exceededDeadline is the reason of the condition Progressing then (k8s.io/kubectl, pkg/util/deployment, TimedOutReason).
const exceededDeadline = "ProgressDeadlineExceeded"

// notObserved is said while the controller has not seen the last change, so that the status is about what was before.
const notObserved = "its last change is not observed yet"

func deploymentInterests(q question) []Interest { return []Interest{deploymentInterest(q)} }

func deploymentInterest(q question) Interest {
	return q.named(appsv1.SchemeGroupVersion.WithKind("Deployment"), Whole)
}

func judgeDeployment(q question) Verdict {
	deployment, there := the[*appsv1.Deployment](q.sight, deploymentInterest(q))
	if !there {
		return notYet("there is no such Deployment")
	}
	wanted, status := deployment.Spec.Replicas, deployment.Status
	switch {
	case deployment.Generation > status.ObservedGeneration:
		return notYet(notObserved)
	case isStuck(deployment):
		return notYet("its rollout exceeded the progress deadline")
	case wanted != nil && status.UpdatedReplicas < *wanted:
		return notYet("%d of %d replicas updated", status.UpdatedReplicas, *wanted)
	case status.Replicas > status.UpdatedReplicas:
		return notYet("%d old replicas still there", status.Replicas-status.UpdatedReplicas)
	case status.AvailableReplicas < status.UpdatedReplicas:
		return notYet("%d of %d updated replicas available", status.AvailableReplicas, status.UpdatedReplicas)
	default:
		return met()
	}
}

func isStuck(deployment *appsv1.Deployment) bool {
	at := slices.IndexFunc(deployment.Status.Conditions, func(c appsv1.DeploymentCondition) bool {
		return c.Type == appsv1.DeploymentProgressing
	})
	return at >= 0 && deployment.Status.Conditions[at].Reason == exceededDeadline
}
