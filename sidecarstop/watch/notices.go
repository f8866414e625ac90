package watch

import "sync"

// change is what of a watch changed since the Pods were told.
type change struct {
	// all says that it concerns whoever looks at it at all.
	all bool
	// nodes are those on which Pods changed.
	nodes map[part]struct{}
}

// concerns reports whether somebody who looks at that part should look again.
func (c change) concerns(looked part) bool {
	if c.all || looked == everything {
		return true
	}
	_, changed := c.nodes[looked]
	return changed
}

// notices collects what changed until somebody has time to tell the Pods. Who adds one never waits.
type notices struct {
	// ring has something to read when there are notices.
	ring chan struct{}

	mu      sync.Mutex
	changed map[*watch]change
}

func newNotices() notices {
	return notices{ring: make(chan struct{}, 1), changed: map[*watch]change{}}
}

// add notes that some nodes' Pods changed, or everything. Objects of other kinds are on node "", at which nobody looks.
func (n *notices) add(watch *watch, nodes ...part) {
	n.mu.Lock()
	defer n.mu.Unlock()
	noted := n.changed[watch]
	if len(nodes) == 0 {
		noted.all = true
	}
	for _, node := range nodes {
		if noted.nodes == nil {
			noted.nodes = map[part]struct{}{}
		}
		noted.nodes[node] = struct{}{}
	}
	n.changed[watch] = noted
	select {
	case n.ring <- struct{}{}:
	default:
	}
}

// take returns what changed, and forgets it.
func (n *notices) take() map[*watch]change {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.changed
	n.changed = map[*watch]change{}
	return taken
}
