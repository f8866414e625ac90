package webhook

import (
	"io/fs"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

const (
	// heapGrowth is how far the heap may grow before garbage is collected, in percent of what was in use after the last time. A
	// request leaves a hundred kilobytes of garbage and nothing else, so Go's default, 100, would mark the same few megabytes of
	// caches after every few dozen requests, for a fifth of the processor's time.
	heapGrowth = 400
	// usableMemory is the part of the container's memory, in percent, near which garbage is collected as often as it takes. The rest is for
	// what the runtime does not count.
	usableMemory = 90
)

// SpendMemory lets the program use the memory that its container has rather than the processor: garbage is collected less often than Go
// would by itself, as long as the memory lasts. It reads the limit from the container's cgroup (version 2), usually mounted at
// /sys/fs/cgroup. Where there is none, or $GOGC or $GOMEMLIMIT say otherwise, it changes nothing.
func SpendMemory(cgroup fs.FS) {
	limit, limited := memoryLimit(cgroup)
	if !limited || os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(limit / 100 * usableMemory)
	debug.SetGCPercent(heapGrowth)
}

// memoryLimit is in bytes. A cgroup without a limit says "max".
func memoryLimit(cgroup fs.FS) (limit int64, limited bool) {
	text, err := fs.ReadFile(cgroup, "memory.max")
	if err != nil {
		return 0, false
	}
	limit, err = strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return limit, err == nil
}
