package sidecarstop

import (
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Pods of one Job often end at the same moment. If two of them took its last restart for their sidecars, each because it had not heard of the other, the Job
// would have failed, and all its work would be lost. So the Pods of a Job take turns where restarts count, and the next one waits until the cache
// shows what the one before it has done.

// turnPause is how long a Pod waits for its turn before it asks again.
const turnPause = 50 * time.Millisecond

// turns are Pods whose turn it is, by the UID of the Job. There are few: only where a sidecar has to be swapped under OnFailure.
type turns struct {
	mutex sync.Mutex
	byJob map[types.UID]types.NamespacedName
}

// take gives the turn to a Pod, and reports whether it has it now.
func (t *turns) take(job types.UID, pod types.NamespacedName) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if whose, taken := t.byJob[job]; taken {
		return whose == pod
	}
	if t.byJob == nil {
		t.byJob = map[types.UID]types.NamespacedName{}
	}
	t.byJob[job] = pod
	return true
}

// end ends the turn of a Pod, if it has it.
func (t *turns) end(pod *corev1.Pod) {
	owner := metav1.GetControllerOfNoCopy(pod)
	if owner == nil {
		return
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.byJob[owner.UID] == client.ObjectKeyFromObject(pod) {
		delete(t.byJob, owner.UID)
	}
}

// forget ends the turn of a Pod that is gone.
func (t *turns) forget(pod types.NamespacedName) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for job, whose := range t.byJob {
		if whose == pod {
			delete(t.byJob, job)
		}
	}
}

// endTurn ends the turn of the Pod, unless it has just done what it had it for and the cache has yet to show that. Then it ends when it does.
func (a *action) endTurn(d Decision, err error) {
	changed := err == nil && len(d.Stop) > 0 && a.known.written != a.pod.ResourceVersion
	if !changed {
		a.turns.end(a.pod)
	}
}
