package gate

import (
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/dependency"
)

// rule is how one kind of entry is judged.
type rule struct {
	// interests are what must be watched; nil for a kind that needs nothing but the Pod.
	interests func(question) []Interest
	// judge answers. It is asked only when everything in interests has been listed.
	judge func(question) Verdict
}

// rules are the kinds that the companion judges.
var rules = map[dependency.Kind]rule{
	dependency.Service:     {serviceInterests, judgeService},
	dependency.Job:         {jobInterests, judgeJob},
	dependency.Pod:         {podInterests, judgePod},
	dependency.DaemonSet:   {daemonSetInterests, judgeDaemonSet},
	dependency.Deployment:  {deploymentInterests, judgeDeployment},
	dependency.StatefulSet: {statefulSetInterests, judgeStatefulSet},
	dependency.Resource:    {resourceInterests, judgeResource},
	dependency.Container:   {nil, judgeContainer},
}

// question is whether an entry is true for a Pod, by what is seen.
type question struct {
	entry dependency.Entry
	pod   *corev1.Pod
	sight Sight
}

// namespace is where the objects of the entry are.
func (q question) namespace() string {
	if q.entry.Namespace() == "" {
		return q.pod.Namespace
	}
	return q.entry.Namespace()
}

// Judge says whether an entry is true for a Pod. What a person asked for inside the Pod ([dependency.Kind.Inside]) is NotYet: the wrapper judges that,
// and whoever opens gates leaves such entries out.
//
// Of the Pod it reads namespace, UID, annotations, node and restartPolicy, and of its containers and init containers name, command, args,
// restartPolicy, restartPolicyRules and status (ready, the reason of waiting, the exit code of the end).
func Judge(entry dependency.Entry, pod *corev1.Pod, sight Sight) Verdict {
	q := question{entry, pod, sight}
	asked, known := rules[entry.Kind()]
	if !known {
		return notYet("found out inside the Pod")
	}
	for _, interest := range q.interests() {
		shown, listed := sight[interest]
		switch {
		case shown.Obstacle != "":
			return notYet("%s", shown.Obstacle)
		case !listed:
			return notYet("not looked at yet")
		}
	}
	if q.isForeign() && !q.isShared() {
		return q.refused()
	}
	return asked.judge(q)
}
