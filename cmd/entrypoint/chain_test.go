package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// pod is a run volume with the processes that use it.
type pod struct{ volume string }

func makePod(t testing.TB) pod { return pod{t.TempDir()} }

// marker is the marker file of a step.
func (p pod) marker(step string) string { return filepath.Join(p.volume, step, "done") }

// start starts a step with a command, after other steps.
func (p pod) start(t testing.TB, step string, after []string, command ...string) *process {
	t.Helper()
	o := contract.Options{PostFile: p.marker(step), Step: step, Entrypoint: command[0]}
	for _, s := range after {
		o.WaitFiles = append(o.WaitFiles, p.marker(s))
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(o.PostFile), 0o700))
	running, err := launch(exec.Command(wrapper, append(o.Words(), command[1:]...)...), filepath.Join(p.volume, step+".said"))
	require.NoError(t, err)
	t.Cleanup(running.end)
	return running
}

func requireExit(t testing.TB, want int, p *process) {
	t.Helper()
	got, err := p.exit()
	require.NoError(t, err)
	require.Equal(t, want, got, p.state())
}

// startChain starts steps that each append their name to a file, the last one first.
func startChain(t testing.TB, p pod, steps int) (chain []*process, log string) {
	t.Helper()
	log = filepath.Join(t.TempDir(), "log")
	for i := steps; i > 0; i-- {
		var after []string
		if i > 1 {
			after = []string{fmt.Sprint("s", i-1)}
		}
		chain = append(chain, p.start(t, fmt.Sprint("s", i), after, "sh", "-c", fmt.Sprintf("echo s%d >>%s", i, log)))
	}
	return chain, log
}

// chains is how often the long chain is run; make soak runs it more often than a test has time for.
var chains = flag.Int("chains", 100, "runs of the long chain")

func TestALongChainNeverHangs(t *testing.T) {
	t.Parallel()
	const steps = 20
	var want strings.Builder
	for i := range steps {
		fmt.Fprintf(&want, "s%d\n", i+1)
	}
	for n := range *chains {
		t.Run(fmt.Sprint("run ", n+1), func(t *testing.T) {
			chain, log := startChain(t, makePod(t), steps)
			for _, p := range chain {
				requireExit(t, 0, p)
			}
			got, err := os.ReadFile(log)
			require.NoError(t, err)
			require.Equal(t, want.String(), string(got))
		})
	}
}

func TestAStopAtAnyMomentStartsNoLaterStepAndIsNoSuccess(t *testing.T) {
	const runs, spread = 50, 12 * time.Millisecond // from before the wrappers' main until long after both sleep
	for n := range runs {
		p := makePod(t)
		ran := filepath.Join(p.volume, "ran")
		second := p.start(t, "second", []string{"first"}, "touch", ran)
		first := p.start(t, "first", nil, "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.001; done")
		moment := time.Duration(rand.Int64N(int64(spread)))
		<-time.After(moment)
		require.NoError(t, first.cmd.Process.Signal(syscall.SIGTERM))
		if err := second.cmd.Process.Signal(syscall.SIGTERM); !errors.Is(err, os.ErrProcessDone) { // it follows the first
			require.NoError(t, err)
		}

		for _, step := range []*process{first, second} {
			got, err := step.exit()
			require.NoError(t, err, "run %d, stopped after %v", n, moment)
			require.NotZero(t, got, "run %d, stopped after %v", n, moment)
		}
		require.NoFileExists(t, ran, "run %d, stopped after %v", n, moment)
	}
}

func TestAStopThatCameBeforeTheTurnWins(t *testing.T) {
	const runs = 50
	for n := range runs {
		p := makePod(t)
		ran := filepath.Join(p.volume, "ran")
		second := p.start(t, "second", []string{"first"}, "touch", ran)
		require.NoError(t, second.awaitWait())
		require.NoError(t, os.MkdirAll(filepath.Dir(p.marker("first")), 0o700))
		require.NoError(t, second.cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, os.WriteFile(p.marker("first"), nil, 0o600))
		requireExit(t, 143, second)
		require.NoFileExists(t, ran, "run %d", n)
	}
}
