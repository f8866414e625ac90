package teller

// recent remembers what was put or asked for last: at least the given number of keys, at most twice as many. It forgets a whole generation at a
// time, which needs no list of what was used when, and so half the memory of one that forgets the oldest. It does not guard itself against
// several callers.
type recent[K comparable, V any] struct {
	size       int
	young, old map[K]V
}

func makeRecent[K comparable, V any](size int) recent[K, V] {
	return recent[K, V]{size: size, young: map[K]V{}}
}

func (r *recent[K, V]) get(key K) (V, bool) {
	if value, found := r.young[key]; found {
		return value, true
	}
	value, found := r.old[key]
	if found {
		r.put(key, value)
	}
	return value, found
}

func (r *recent[K, V]) put(key K, value V) {
	if _, known := r.young[key]; !known && len(r.young) >= r.size {
		r.old, r.young = r.young, map[K]V{}
	}
	r.young[key] = value
}

func (r *recent[K, V]) remove(key K) {
	delete(r.young, key)
	delete(r.old, key)
}
