package conformance

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// The command has the terminal: it may read, change the settings and, with tostop, write. A group in the background would be
// stopped for each of them by SIGTTIN or SIGTTOU.
func TestACommandHasItsTerminal(t *testing.T) {
	eachTool(t, func(t *testing.T, tl tool) {
		r, terminal := startOnTerminal(t, tl, "sh", "-c", `stty -echo tostop && echo ready $$ && read line && echo "got $line" && exit 6`)
		r.readyPID(t)
		typeIn(t, terminal, "a line\n")
		require.Equal(t, "got a line", r.line(t))
		require.Equal(t, 6, r.exit(t), r.state())
	})
}

func TestTypedSignalsReachTheCommand(t *testing.T) {
	for _, tc := range []struct {
		name, typed string
		signal      syscall.Signal
	}{
		{"interrupt", "\x03", syscall.SIGINT},
		{"quit", "\x1c", syscall.SIGQUIT},
		{"stop", "\x1a", syscall.SIGTSTP},
	} {
		t.Run(tc.name, func(t *testing.T) {
			eachTool(t, func(t *testing.T, tl tool) {
				number := strconv.Itoa(int(tc.signal))
				// The shell switches off the echo of what is typed and does not come between: it becomes the command.
				r, terminal := startOnTerminal(t, tl, "sh", "-c", `stty -echo && exec "$@"`, "sh", ownProgram("catch-signals"), number)
				r.readyPID(t)
				typeIn(t, terminal, tc.typed)
				require.Equal(t, number, r.line(t))
				require.Equal(t, probeExit, r.exit(t), r.state())
			})
		})
	}
}

// startOnTerminal starts a tool with its command as a container's runtime does with `tty: true`: it leads a session and has the terminal.
func startOnTerminal(t *testing.T, tl tool, command ...string) (r *running, terminal *os.File) {
	t.Helper()
	terminal, line := openTerminal(t)
	cmd := prepare(t, tl, command...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = line, line, line
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	require.NoError(t, cmd.Start())
	require.NoError(t, line.Close())
	return follow(t, &running{cmd: cmd, output: terminal}), terminal
}

func typeIn(t *testing.T, terminal *os.File, text string) {
	t.Helper()
	_, err := terminal.WriteString(text)
	require.NoError(t, err)
}

// openTerminal gives both ends of a new terminal: the one that people type in, and the one that programs read.
func openTerminal(t *testing.T) (terminal, line *os.File) {
	t.Helper()
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = terminal.Close() })
	var number, unlocked int32
	control(t, terminal, syscall.TIOCSPTLCK, &unlocked)
	control(t, terminal, syscall.TIOCGPTN, &number)
	line, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	return terminal, line
}

// control asks something of a terminal. It keeps the file's deadlines working, which (*os.File).Fd would not.
func control(t *testing.T, terminal *os.File, request uintptr, value *int32) {
	t.Helper()
	raw, err := terminal.SyscallConn()
	require.NoError(t, err)
	var errno syscall.Errno
	require.NoError(t, raw.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(value)))
	}))
	require.Zero(t, errno)
}
