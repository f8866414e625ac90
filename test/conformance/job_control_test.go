package conformance

import (
	"io"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a tool makes of a signal of job control that is sent to it.
type effect string

const (
	handedOn effect = "handed on"
	stopped  effect = "turned into SIGSTOP"
	ignored  effect = "ignored"
)

// jobControl are the signals that stop a process unless it catches them. tini ignores those that it can cause itself, dumb-init
// stops the command whether it catches them or not.
var jobControl = []struct {
	signal syscall.Signal
	effect map[tool]effect
}{
	{syscall.SIGTSTP, map[tool]effect{bare: handedOn, tini: handedOn, dumbInit: stopped, orderlyGate: handedOn, orderlyStep: handedOn}},
	{syscall.SIGTTIN, map[tool]effect{bare: handedOn, tini: ignored, dumbInit: stopped, orderlyGate: handedOn, orderlyStep: handedOn}},
	{syscall.SIGTTOU, map[tool]effect{bare: handedOn, tini: ignored, dumbInit: stopped, orderlyGate: handedOn, orderlyStep: handedOn}},
}

func TestACommandThatCatchesJobControlGetsIt(t *testing.T) {
	for _, tc := range jobControl {
		t.Run(tc.signal.String(), func(t *testing.T) {
			eachTool(t, func(t *testing.T, tl tool) {
				r := start(t, prepare(t, tl, ownProgram("catch-signals"), strconv.Itoa(int(tc.signal)), strconv.Itoa(int(syscall.SIGUSR1))))
				command := r.readyPID(t)
				tl.awaitHandsOn(t, r)

				r.signal(t, tc.signal)

				want := tc.signal
				if tc.effect[tl] != handedOn {
					want = syscall.SIGUSR1
				}
				if tc.effect[tl] == stopped {
					r.stopsAndGoesOn(t, command)
				}
				if want == syscall.SIGUSR1 {
					r.signal(t, want)
				}
				require.Equal(t, strconv.Itoa(int(want)), r.line(t), "the first signal that the command got")
				require.Equal(t, probeExit, r.exit(t), r.state())
			})
		})
	}
}

func TestACommandThatIsStoppedGoesOn(t *testing.T) {
	for _, tc := range jobControl {
		t.Run(tc.signal.String(), func(t *testing.T) {
			eachTool(t, func(t *testing.T, tl tool) {
				cmd := prepare(t, tl, "sh", "-c", "echo ready $$; read line; exit 9")
				stdin, err := cmd.StdinPipe()
				require.NoError(t, err)
				r := start(t, cmd)
				command := r.readyPID(t)
				tl.awaitHandsOn(t, r)

				r.signal(t, tc.signal)

				switch tc.effect[tl] {
				case handedOn:
					r.await(t, "to stop its command", func() bool { return processState(command) == "T" })
					r.signal(t, syscall.SIGCONT)
				case stopped:
					r.stopsAndGoesOn(t, command)
				}
				_, err = io.WriteString(stdin, "go on\n")
				require.NoError(t, err)
				require.Equal(t, 9, r.exit(t), r.state())
			})
		})
	}
}

// stopsAndGoesOn waits until the command and then the tool itself have been stopped, and lets both go on. A SIGCONT between the two
// would be lost.
func (r *running) stopsAndGoesOn(t *testing.T, command int) {
	t.Helper()
	r.await(t, "to stop its command and itself", func() bool {
		return processState(command) == "T" && processState(r.cmd.Process.Pid) == "T"
	})
	r.signal(t, syscall.SIGCONT)
}
