package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of the processor's times in /proc.
const tick = 10 * time.Millisecond

// usedCPU is the processor's time of this program and its children, the API server and etcd, so far.
func usedCPU() (time.Duration, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		used, err := cpuOf(string(text), strconv.Itoa(os.Getpid()))
		if err != nil {
			return 0, fmt.Errorf("reading %s: %w", file, err)
		}
		sum += used
	}
	return sum, nil
}

// cpuOf is the processor's time in a line of /proc/PID/stat (see proc_pid_stat(5)), 0 unless it is that of the process or a child of it.
func cpuOf(stat, process string) (time.Duration, error) {
	pid, _, _ := strings.Cut(stat, " ")
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:]) // the name may hold anything; the state is the first behind it
	const parent, user, system = 1, 11, 12
	if len(fields) <= system {
		return 0, fmt.Errorf("unexpected text %q", stat)
	}
	if pid != process && fields[parent] != process {
		return 0, nil
	}
	u, err := strconv.ParseInt(fields[user], 10, 64)
	if err != nil {
		return 0, err
	}
	s, err := strconv.ParseInt(fields[system], 10, 64)
	return time.Duration(u+s) * tick, err
}
