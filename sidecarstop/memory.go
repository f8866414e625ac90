package sidecarstop

import (
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/sidecarstop/ending"
)

// recollection is what is remembered of a Pod from one decision to the next. Losing it costs time, never correctness: a grace begins anew, and a swap
// that a policy refuses is tried once more.
type recollection struct {
	uid types.UID
	// troubles say since when something is wrong in it.
	troubles ending.Troubles
	// refused is why the API server refused to swap a sidecar's image, by the sidecar's name.
	refused map[string]string
	// counted are sidecars that were counted as not to be stopped, with the reason.
	counted map[string]bool
	// written is the resource version of the last write, until the cache has it, and writtenAt the time.
	written   string
	writtenAt time.Time
}

// cachePatience is how long the cache may take to show a write. It takes milliseconds. An API server that was set back to a backup counts its versions anew,
// and the cache would never have what was written; then the Pod is decided about as it is, which at worst writes something twice.
const cachePatience = 10 * time.Second

// behind is how long a Pod need not be decided about, because it is one from before the last write, which would be made a second time. Mostly the cache
// gets a newer one sooner. 0 is a Pod that is not behind.
func (r recollection) behind(pod *corev1.Pod, now time.Time) time.Duration {
	if r.written == "" {
		return 0
	}
	order, err := resourceversion.CompareResourceVersion(pod.ResourceVersion, r.written)
	if err != nil || order >= 0 {
		return 0
	}
	return max(restOf(cachePatience, r.writtenAt, now), 0)
}

// wrote remembers a write, by the version that the API server gave it.
func (r *recollection) wrote(version string, at time.Time) { r.written, r.writtenAt = version, at }

func (r recollection) isEmpty() bool {
	return len(r.troubles) == 0 && len(r.refused) == 0 && len(r.counted) == 0 && r.written == ""
}

// memory holds the recollections of those Pods of which there is something to remember. A Pod is only ever in the hands of one worker, so what was taken
// out is not changed by another before it is put back.
type memory struct {
	mutex sync.Mutex
	byPod map[types.NamespacedName]recollection
}

// of is what is remembered of this Pod, and nothing of an earlier one of the same name.
func (m *memory) of(pod *corev1.Pod) recollection {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	known := m.byPod[client.ObjectKeyFromObject(pod)]
	if known.uid != pod.UID {
		return recollection{uid: pod.UID}
	}
	return known
}

func (m *memory) keep(pod types.NamespacedName, r recollection) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if r.isEmpty() {
		delete(m.byPod, pod)
		return
	}
	if m.byPod == nil {
		m.byPod = map[types.NamespacedName]recollection{}
	}
	m.byPod[pod] = r
}

func (m *memory) forget(pod types.NamespacedName) { m.keep(pod, recollection{}) }
