package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Mark is the environment variable that every process of the node carries (containers do not inherit it). Its value is the
// node's state folder. It finds what was started by an `up` that died before it could write the pid file.
const Mark = "ORDERLY_NODE_STATE"

// Process is one process for good: ids are used again, the pair of id and start time within one boot is not.
type Process struct {
	PID   int
	Start uint64 // in clock ticks since the boot, as field 22 of /proc/PID/stat
	Boot  string // /proc/sys/kernel/random/boot_id
}

// Identify returns the process that has this id now.
func Identify(pid int) (Process, error) {
	stat, err := os.ReadFile(procPath(pid, "stat"))
	if err != nil {
		return Process{}, fmt.Errorf("identifying process %d: %w", pid, err)
	}
	_, start, err := parseStat(string(stat))
	if err != nil {
		return Process{}, fmt.Errorf("identifying process %d: %w", pid, err)
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return Process{}, fmt.Errorf("reading the id of this boot: %w", err)
	}
	return Process{PID: pid, Start: start, Boot: strings.TrimSpace(string(boot))}, nil
}

// Alive reports whether this very process still runs. A zombie does not: nothing of it is left but its exit code. But while a process is being killed its first
// thread may be a zombie when others still end, and with them what they hold open, such as a port.
func (p Process) Alive() bool {
	now, err := Identify(p.PID)
	if err != nil || now != p {
		return false
	}
	stat, err := os.ReadFile(procPath(p.PID, "stat"))
	if err != nil {
		return false
	}
	state, _, err := parseStat(string(stat))
	if err != nil || state == 'Z' || state == 'X' {
		threads, _ := os.ReadDir(procPath(p.PID, "task"))
		return len(threads) > 1
	}
	return true
}

// Signal sends sig to this very process; that it has ended is not an error.
//
// os.FindProcess holds a pidfd, and the identity is checked after that was opened: the id cannot be reused in between.
func (p Process) Signal(sig syscall.Signal) error {
	handle, err := os.FindProcess(p.PID)
	if err != nil {
		return fmt.Errorf("opening process %d: %w", p.PID, err)
	}
	defer func() { _ = handle.Release() }()
	if !p.Alive() {
		return nil
	}
	if err := handle.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("sending %s to process %d: %w", sig, p.PID, err)
	}
	return nil
}

// End asks the process to end, and kills it when grace is over.
func (p Process) End(grace time.Duration) error {
	if err := p.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if p.gone(grace) {
		return nil
	}
	return p.Kill()
}

// killDeadline is how long a killed process may take to vanish: what it frees (gigabytes of memory, mounts) takes time.
const killDeadline = 10 * time.Second

// Kill ends the process at once and waits until it is gone.
func (p Process) Kill() error {
	if err := p.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	if !p.gone(killDeadline) {
		return fmt.Errorf("process %d is still there %s after SIGKILL", p.PID, killDeadline)
	}
	return nil
}

// gone waits until the process has ended, at most for the time given.
func (p Process) gone(within time.Duration) bool {
	deadline := time.After(within)
	for p.Alive() {
		select {
		case <-deadline:
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
	return true
}

// String is the form of pid files; ParseProcess reads it.
func (p Process) String() string { return fmt.Sprintf("%d %d %s", p.PID, p.Start, p.Boot) }

// ParseProcess reads what String wrote.
func ParseProcess(text string) (Process, error) {
	fields := strings.Fields(text)
	if len(fields) != 3 {
		return Process{}, fmt.Errorf("%q is not \"PID START BOOT\"", text)
	}
	pid, err := strconv.Atoi(fields[0])
	if err != nil || pid <= 1 {
		return Process{}, fmt.Errorf("%q is not the id of a process of ours", fields[0])
	}
	start, err := strconv.ParseUint(fields[1], 10, 64)
	if err != nil {
		return Process{}, fmt.Errorf("%q is not a start time", fields[1])
	}
	return Process{PID: pid, Start: start, Boot: fields[2]}, nil
}

// parseStat takes state and start time from /proc/PID/stat. The program's name, in parentheses, may hold spaces and
// parentheses itself: fields count from the last one.
func parseStat(stat string) (state byte, start uint64, err error) {
	_, rest, found := strings.Cut(stat[max(0, strings.LastIndexByte(stat, ')')):], ")")
	fields := strings.Fields(rest)
	const startField = 22 - 3 // the first field after the name is number 3
	if !found || len(fields) <= startField {
		return 0, 0, fmt.Errorf("unknown form of stat: %q", stat)
	}
	start, err = strconv.ParseUint(fields[startField], 10, 64)
	return fields[0][0], start, err
}

// Marked returns the processes that carry Mark with this value.
func Marked(value string) ([]Process, error) {
	want := Mark + "=" + value
	return processesWhere(func(pid int) bool {
		environ, err := os.ReadFile(procPath(pid, "environ"))
		if err != nil {
			return false // it has ended, or is a kernel thread
		}
		for entry := range strings.SplitSeq(string(environ), "\x00") {
			if entry == want {
				return true
			}
		}
		return false
	})
}

// processesWhere returns all processes of the machine but this one that the condition holds for.
func processesWhere(holds func(pid int) bool) ([]Process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("listing processes: %w", err)
	}
	var found []Process
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid <= 1 || pid == os.Getpid() || !holds(pid) {
			continue
		}
		if p, err := Identify(pid); err == nil && p.Alive() {
			found = append(found, p)
		}
	}
	return found, nil
}

// Command returns the process's command line for messages, or its short name where it has none.
func (p Process) Command() string {
	line, err := os.ReadFile(procPath(p.PID, "cmdline"))
	if err != nil || len(line) == 0 {
		line, _ = os.ReadFile(procPath(p.PID, "comm"))
	}
	const longest = 120
	text := strings.TrimSpace(strings.ReplaceAll(string(line), "\x00", " "))
	return text[:min(len(text), longest)]
}

func procPath(pid int, file string) string {
	return filepath.Join("/proc", strconv.Itoa(pid), file)
}
