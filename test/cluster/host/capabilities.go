package host

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Capability is the number of a right of root, as in capabilities(7).
type Capability uint

// The rights that matter to the node.
const (
	CapSysAdmin    Capability = 21 // namespaces and mounts: nothing works without it
	CapNetAdmin    Capability = 12 // interfaces, routes, iptables: nothing works without it
	CapSysResource Capability = 24 // lowering oom_score_adj; the runtime can be told to do without
)

// HasCapability reports whether this process has the right.
func HasCapability(c Capability) (bool, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return false, fmt.Errorf("reading the capabilities of this process: %w", err)
	}
	set, err := parseCapabilities(string(status))
	return set&(1<<c) != 0, err
}

// parseCapabilities reads the effective set from /proc/PID/status.
func parseCapabilities(status string) (uint64, error) {
	for line := range strings.Lines(status) {
		if value, found := strings.CutPrefix(line, "CapEff:"); found {
			return strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		}
	}
	return 0, fmt.Errorf("no CapEff in the status of this process")
}
