package sidecarstop

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// arrivals are the times at which the loop learned of something about a Pod that it has not looked at since. They are there to be measured.
type arrivals struct {
	mutex sync.Mutex
	byPod map[types.NamespacedName]time.Time
}

// note keeps the first of several.
func (a *arrivals) note(pod types.NamespacedName, at time.Time) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.byPod == nil {
		a.byPod = map[types.NamespacedName]time.Time{}
	}
	if _, noted := a.byPod[pod]; !noted {
		a.byPod[pod] = at
	}
}

// take returns when it was, or now where nothing was noted.
func (a *arrivals) take(pod types.NamespacedName, now time.Time) time.Time {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	at, noted := a.byPod[pod]
	delete(a.byPod, pod)
	if !noted {
		return now
	}
	return at
}
