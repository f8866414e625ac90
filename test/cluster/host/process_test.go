package host

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStatIsReadWhateverTheProgramIsCalled(t *testing.T) {
	const rest = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21"
	for _, tc := range []struct {
		name string
		stat string
	}{
		{"a plain name", "12 (etcd)" + rest},
		{"a name with a space", "12 (tmux: server)" + rest},
		{"a name made to deceive", "12 (a) R 1 2) 3" + ")" + rest},
	} {
		t.Run(tc.name, func(t *testing.T) {
			state, start, err := parseStat(tc.stat)
			require.NoError(t, err)
			require.Equal(t, byte('S'), state)
			require.Equal(t, uint64(4711), start)
		})
	}
	for _, broken := range []string{"", "12", "12 (etcd) S 1 2"} {
		_, _, err := parseStat(broken)
		require.Error(t, err, broken)
	}
}

func TestAPIDFileHoldsWhatItTakesToFindTheProcessAgain(t *testing.T) {
	self, err := Identify(os.Getpid())
	require.NoError(t, err)
	require.True(t, self.Alive())
	again, err := ParseProcess(self.String() + "\n")
	require.NoError(t, err)
	require.Equal(t, self, again)
	for _, broken := range []string{"", "12", "1 2 boot", "0 2 boot", "-5 2 boot", "x 2 boot", "12 x boot", "12 2 boot more"} {
		_, err := ParseProcess(broken)
		require.Error(t, err, broken)
	}
}

func TestAnIDThatIsUsedAgainIsNotTheSameProcess(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "sleep", "60")
	require.NoError(t, cmd.Start())
	process, err := Identify(cmd.Process.Pid)
	require.NoError(t, err)

	former := process
	former.Start--
	require.False(t, former.Alive())
	require.NoError(t, former.Kill(), "there is nothing to kill")
	otherBoot := process
	otherBoot.Boot = "another"
	require.NoError(t, otherBoot.Kill())
	require.True(t, process.Alive(), "the process that has the id now was not hit")

	require.NoError(t, process.Kill())
	require.False(t, process.Alive(), "a zombie counts as ended")
	require.NoError(t, process.Signal(syscall.SIGTERM), "ending twice is no error")
	require.Error(t, cmd.Wait())
}

// firstThreadEnds makes this program end its first thread and go on with the others.
const firstThreadEnds = "ORDERLY_TEST_FIRST_THREAD_ENDS"

func init() {
	if os.Getenv(firstThreadEnds) == "" {
		return
	}
	runtime.LockOSThread() // init runs on the first thread of the process
	going := make(chan struct{})
	go func() {
		close(going)
		<-time.After(time.Minute)
		os.Exit(1)
	}()
	<-going
	_, _, _ = syscall.RawSyscall(syscall.SYS_EXIT, 0, 0, 0)
}

func TestAProcessIsAliveAsLongAsOneOfItsThreads(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), firstThreadEnds+"=1")
	require.NoError(t, cmd.Start())
	process, err := Identify(cmd.Process.Pid)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		stat, err := os.ReadFile(procPath(process.PID, "stat"))
		require.NoError(t, err)
		state, _, err := parseStat(string(stat))
		require.NoError(t, err)
		return state == 'Z'
	}, 10*time.Second, time.Millisecond, "its first thread has not ended")
	require.True(t, process.Alive())
	require.NoError(t, process.Kill())
	require.False(t, process.Alive())
	require.Error(t, cmd.Wait())
}

func TestEndKillsWhatDoesNotListen(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
	ready, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = ready.Read(make([]byte, 1))
	require.NoError(t, err)
	process, err := Identify(cmd.Process.Pid)
	require.NoError(t, err)
	require.NoError(t, process.End(200*time.Millisecond))
	require.False(t, process.Alive())
	require.Error(t, cmd.Wait())
}

func TestAServiceIsFoundByItsMarkAndItsDeathIsTold(t *testing.T) {
	folder := t.TempDir()
	start := func(script string) *Running {
		service, err := Start(Service{
			Name: "broken", Path: "/bin/sh", Args: []string{"-c", script},
			LogFile: filepath.Join(folder, "broken.log"), PIDFile: filepath.Join(folder, "broken.pid"), Mark: folder,
		})
		require.NoError(t, err)
		return service
	}
	service := start("exec sleep 60")
	require.NoError(t, service.Died())
	require.Eventually(t, func() bool {
		found, err := Marked(folder)
		return err == nil && len(found) > 0 && found[0] == service.Process
	}, 5*time.Second, 10*time.Millisecond)
	content, err := os.ReadFile(filepath.Join(folder, "broken.pid"))
	require.NoError(t, err)
	require.Equal(t, service.String()+"\n", string(content))
	require.NoError(t, service.Kill())

	service = start("echo the cause; exit 3")
	require.Eventually(t, func() bool { return service.Died() != nil }, 5*time.Second, 10*time.Millisecond)
	require.ErrorContains(t, service.Died(), "broken ended (exit status 3)")
	require.ErrorContains(t, service.Died(), "the cause")
	require.ErrorContains(t, service.Died(), service.LogFile)
}

func TestTailTellsTheEndAndCutsLongLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	require.Contains(t, Tail(path, 2), "cannot be read")
	long := make([]byte, 3*tailBytes)
	for i := range long {
		long[i] = 'x'
	}
	require.NoError(t, os.WriteFile(path, append(long, "\none\ntwo\n"...), 0o600))
	require.Equal(t, "  one\n  two", Tail(path, 2))
	require.Less(t, len(Tail(path, 3)), 2*lineBytes)
}
