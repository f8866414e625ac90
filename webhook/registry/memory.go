package registry

import (
	"container/list"
	"sync"
	"time"
)

// memory keeps the values that were used last, each for a time of its own. It may be used by many at once.
type memory[T any] struct {
	// size is the number of values that are kept.
	size int
	now  func() time.Time

	mutex sync.Mutex
	// order has the entries, the one that was used last at the front.
	order list.List
	// places finds them by key.
	places map[string]*list.Element
}

type memoryEntry[T any] struct {
	key     string
	value   T
	expires time.Time
}

func newMemory[T any](size int, now func() time.Time) *memory[T] {
	return &memory[T]{size: size, now: now, places: map[string]*list.Element{}}
}

func (m *memory[T]) get(key string) (T, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	place, found := m.places[key]
	if !found {
		return *new(T), false
	}
	entry := place.Value.(memoryEntry[T])
	if !m.now().Before(entry.expires) {
		m.forget(place)
		return *new(T), false
	}
	m.order.MoveToFront(place)
	return entry.value, true
}

// put keeps a value for so long; for no time, it forgets the one that is there.
func (m *memory[T]) put(key string, value T, lifetime time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if place, found := m.places[key]; found {
		m.forget(place)
	}
	if lifetime <= 0 {
		return
	}
	m.places[key] = m.order.PushFront(memoryEntry[T]{key, value, m.now().Add(lifetime)})
	if m.order.Len() > m.size {
		m.forget(m.order.Back())
	}
}

func (m *memory[T]) forget(place *list.Element) {
	delete(m.places, place.Value.(memoryEntry[T]).key)
	m.order.Remove(place)
}
