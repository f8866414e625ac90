package mutate

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// What the wrapper of a container waits for besides other steps: gates, which the companion loop opens, and what only the container itself
// can find out.

// addWaits tells a wrapper what its container waits for. The steps behind the first ones need no gate of the Pod: what they wait for ran after
// it had opened.
func (d decision) addWaits(o *contract.Options, pod *corev1.Pod, container string) {
	shares := []share{d.awaited.by(container)}
	if shares[0].gated {
		o.ReadyFiles = []string{contract.GateFile(container)}
	}
	if d.isFirst(container) {
		shares = append(shares, d.awaited.whole)
		if !isReady(pod) {
			o.ReadyFiles = slices.Concat([]string{contract.ReadyFile}, o.ReadyFiles)
		}
	}
	addShares(o, shares...)
	if !endsItself(&pod.Spec) {
		return
	}
	if d.plan.has(container) || waitsForMore(*o) {
		o.CancelFiles = []string{contract.CancelFile}
	}
	if waitsForMore(*o) {
		o.WaitTimeout = d.patience(pod, container, shares)
	}
}

// addShares tells a wrapper of what it has to find out, and of the files that it makes.
func addShares(o *contract.Options, shares ...share) {
	for _, s := range shares {
		o.Sockets = slices.Concat(o.Sockets, s.sockets)
		o.Files = slices.Concat(o.Files, s.files)
		for _, address := range s.addresses {
			if !slices.Contains(o.TCP, address) { // a step may wait for what the whole Pod waits for
				o.TCP = append(o.TCP, address)
			}
		}
		o.Templates = slices.Concat(o.Templates, s.templates)
	}
}

// isFirst reports whether a container is a step that waits for no other.
func (d decision) isFirst(container string) bool {
	s, found := d.plan.find(container)
	return found && len(s.looksAt) == 0
}

// waitsForMore reports whether a wrapper waits for anything but other steps.
func waitsForMore(o contract.Options) bool {
	return len(o.ReadyFiles)+len(o.Sockets)+len(o.Files)+len(o.TCP) > 0
}

// patience is how long a container waits before it ends by itself: the longest time that anything has for which it waits. The companion
// loop ends the Pod earlier, when the time of a single entry is over; this is for when it is away. A Pod that restarts always needs no such
// end.
func (d decision) patience(pod *corev1.Pod, container string, shares []share) time.Duration {
	var longest time.Duration
	for _, s := range shares {
		longest = max(longest, s.timeout)
	}
	if d.isFirst(container) && !isReady(pod) && waitsForSidecars(&pod.Spec, d) {
		longest = max(longest, d.awaited.timeout)
	}
	return longest
}
