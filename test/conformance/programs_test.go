package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ownPrograms are commands for the tools to run that no common program can replace: the test binary under other names.
var ownPrograms = map[string]func(arguments []string) error{
	"catch-signals": catchSignals,
	"leave-orphans": leaveOrphans,
}

// probeExit is the exit code of these programs when all went well, so that nothing else's 0 is taken for it.
const probeExit = 40

// ownProgram is the path of one of them.
func ownProgram(name string) string { return filepath.Join(programs, name) }

// catchSignals prints "ready", waits for one of the signals whose numbers are its arguments, and prints which one came.
func catchSignals(numbers []string) error {
	caught := make(chan os.Signal, 1)
	for _, word := range numbers {
		n, err := strconv.Atoi(word)
		if err != nil {
			return err
		}
		signal.Notify(caught, syscall.Signal(n))
	}
	fmt.Println("ready", os.Getpid())
	n, _ := (<-caught).(syscall.Signal)
	fmt.Println(int(n))
	return nil
}

// leaveOrphans has a shell leave as many orphans as its first argument says, in a process namespace of its own, and then waits until
// as many processes as its second argument says are left besides itself and process 1, all of them zombies. It does not reap
// what is not its own child, nor anything but the shell if it is process 1 itself.
func leaveOrphans(arguments []string) error {
	shell := exec.Command("sh", "-c", "i=0; while [ $i -lt "+arguments[0]+" ]; do ( : & ); i=$((i + 1)); done")
	shell.Stdout, shell.Stderr = os.Stdout, os.Stderr
	if err := shell.Run(); err != nil {
		return err
	}
	var left []string
	err := await(func() bool {
		left = otherProcesses()
		return strconv.Itoa(len(left)) == arguments[1] && len(left) == strings.Count(strings.Join(left, ""), "Z")
	}, func() string { return fmt.Sprintf("%d are left: %.200v", len(left), left) })
	return err
}

// otherProcesses gives the states of all processes but the caller and process 1.
func otherProcesses() []string {
	var states []string
	directories, _ := filepath.Glob("/proc/[0-9]*")
	for _, directory := range directories {
		pid, _ := strconv.Atoi(filepath.Base(directory))
		if state := processState(pid); pid != 1 && pid != os.Getpid() && state != "" {
			states = append(states, state)
		}
	}
	return states
}

// processState is the letter by which the kernel tells the state of a process, empty when there is none of that id.
func processState(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := strings.Cut(string(text), ") ")
	state, _, _ := strings.Cut(after, " ")
	return state
}

// family describes a process and all that it started, one after the other: the stat line of each, where the group, the session, the
// terminal and the terminal's foreground group follow the parent, and the signals that are pending, blocked, ignored and caught.
func family(pid int) []string {
	line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	words := strings.Fields(string(line))
	words = words[:min(len(words), 8)]
	for text := range strings.Lines(string(status)) {
		if strings.HasPrefix(text, "Sig") || strings.HasPrefix(text, "ShdPnd") {
			words = append(words, strings.Fields(text)...)
		}
	}
	list := []string{strings.Join(words, " ")}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	for child := range strings.FieldsSeq(string(children)) {
		if number, err := strconv.Atoi(child); err == nil {
			list = append(list, family(number)...)
		}
	}
	return list
}
