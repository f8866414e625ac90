package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience bounds every wait. What takes so long will never come.
const patience = 30 * time.Second

// glance is the time between two looks at a condition.
const glance = 2 * time.Millisecond

// running is a tool with its command.
type running struct {
	cmd *exec.Cmd
	// lines is what the command prints.
	lines *bufio.Reader
	// output is where it comes from.
	output *os.File
	// complaints is the file with the standard error output.
	complaints string
	// over is closed when the tool has ended.
	over chan struct{}
}

// prepare makes a tool with its command ready to be started, in a process group of its own.
func prepare(t *testing.T, tl tool, command ...string) *exec.Cmd {
	t.Helper()
	words := tl.words(t, command)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// start starts what was prepared and reads its standard output.
func start(t *testing.T, cmd *exec.Cmd) *running {
	t.Helper()
	output, input, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _ = output.Close() })
	cmd.Stdout = input
	complaints, err := os.Create(filepath.Join(t.TempDir(), "complaints"))
	require.NoError(t, err)
	cmd.Stderr = complaints
	require.NoError(t, cmd.Start())
	require.NoError(t, errors.Join(input.Close(), complaints.Close()))
	return follow(t, &running{cmd: cmd, output: output, complaints: complaints.Name()})
}

// follow waits for the end of what has been started, and makes it come at the end of the test.
func follow(t *testing.T, r *running) *running {
	t.Helper()
	r.lines, r.over = bufio.NewReader(r.output), make(chan struct{})
	go func() {
		_ = r.cmd.Wait()
		close(r.over)
	}()
	t.Cleanup(r.end)
	return r
}

// end kills the tool and its command's group.
func (r *running) end() {
	select {
	case <-r.over:
		return
	default:
	}
	pid := r.cmd.Process.Pid
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	for child := range strings.FieldsSeq(string(children)) {
		var group int
		if _, err := fmt.Sscan(child, &group); err == nil {
			_ = syscall.Kill(-group, syscall.SIGKILL)
		}
	}
	_ = syscall.Kill(-pid, syscall.SIGKILL)
	<-r.over
}

// line gives the next line that the command prints.
func (r *running) line(t *testing.T) string {
	t.Helper()
	require.NoError(t, r.output.SetReadDeadline(time.Now().Add(patience)))
	line, err := r.lines.ReadString('\n')
	require.NoError(t, err, "after %q; %s", line, r.state())
	return strings.TrimRight(line, "\r\n")
}

// rest gives what the command prints until the end.
func (r *running) rest(t *testing.T) string {
	t.Helper()
	require.NoError(t, r.output.SetReadDeadline(time.Now().Add(patience)))
	text, err := io.ReadAll(r.lines)
	require.NoError(t, err, "%s", r.state())
	return string(text)
}

// readyPID gives the process id that the command prints when it is up.
func (r *running) readyPID(t *testing.T) int {
	t.Helper()
	var pid int
	line := r.line(t)
	_, err := fmt.Sscanf(line, "ready %d", &pid)
	require.NoError(t, err, "%q", line)
	return pid
}

// signal sends a signal to the tool, and to it only.
func (r *running) signal(t *testing.T, n syscall.Signal) {
	t.Helper()
	require.NoError(t, r.cmd.Process.Signal(n), "%s", r.state())
}

// exit waits for the end and gives the exit code as container runtimes tell it: 128+n for a process that died of signal n.
func (r *running) exit(t *testing.T) int {
	t.Helper()
	select {
	case <-r.over:
	case <-time.After(patience):
		require.FailNow(t, "it does not end", r.state())
	}
	status, _ := r.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

// state tells, for a message, what is known.
func (r *running) state() string {
	complaints, _ := os.ReadFile(r.complaints)
	select {
	case <-r.over:
		return fmt.Sprintf("%.300q ended with %s and said %q", r.cmd.Args, r.cmd.ProcessState, complaints)
	case <-time.After(glance): // it may be about to end
		return fmt.Sprintf("%.300q said %q and is: %s", r.cmd.Args, complaints, strings.Join(family(r.cmd.Process.Pid), "; "))
	}
}

func (r *running) await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	require.NoError(t, await(holds, func() string { return "waiting for it " + what + ": " + r.state() }))
}

// await returns when a condition holds, or an error with the state when patience is over.
func await(holds func() bool, state func() string) error {
	for late := time.After(patience); !holds(); {
		select {
		case <-late:
			return errors.New("waited for too long: " + state())
		case <-time.After(glance):
		}
	}
	return nil
}
