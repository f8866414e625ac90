package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// A user attaches to a step that is a shell on a terminal, types commands, interrupts one of them and leaves: as if no wrapper were there.
// The shell waits for its turn first; what is typed meanwhile is not lost.
func TestAttachedUserWorksInAShellThatIsAStep(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	pod := createAttachable(t, namespace, "prepare, debug", shell("prepare", "until test -e /shared/go; do sleep 0.1; done"),
		corev1.Container{Name: "debug", Image: busybox, Command: []string{"sh"}, Stdin: true, TTY: true},
		shell("opener", "until test -e /shared/typed; do sleep 0.1; done; touch /shared/go; exec sleep 1000000"))
	user := attach(t, pod, "debug")
	user.types(t, "echo answer $((6 * 7))\n")
	runInside(t, pod, "opener", "touch /shared/typed")
	user.sees(t, "answer 42\r\n")

	user.types(t, "echo up $((1 + 1)); sleep 1000000; echo slept with $?\n")
	user.sees(t, "up 2\r\n")
	user.types(t, "\x03") // Ctrl-C ends the rest of that line, and neither the shell nor the wrapper
	user.types(t, "echo still $((2 + 3))\n")
	user.sees(t, "still 5\r\n")
	require.NotContains(t, user.screen(), "slept with 0")

	user.types(t, "exit 7\n")
	pod = awaitPod(t, pod, "the end of the shell", func(p *corev1.Pod) bool { return status(t, p, "debug").State.Terminated != nil })
	require.EqualValues(t, 7, status(t, pod, "debug").State.Terminated.ExitCode)
	require.Equal(t, contract.Error, report(t, pod, "debug").Reason)
	user.leaves(t)
}

// What is typed on a terminal reaches the whole foreground group, which is the command's: Ctrl-C is a signal for it, and not a stop of
// the Pod from outside.
func TestCtrlCReachesTheCommandOfAStep(t *testing.T) {
	t.Parallel()
	pod := createAttachable(t, makeNamespace(t), "only", corev1.Container{
		Name: "only", Image: busybox, Stdin: true, TTY: true,
		Command: []string{"sh", "-c", `trap 'echo interrupted; exit 9' INT; read line; echo "got $line"; while :; do sleep 0.1; done`},
	})
	user := attach(t, pod, "only")
	user.types(t, "a line\n")
	user.sees(t, "got a line\r\n")
	user.types(t, "\x03")
	pod = awaitPod(t, pod, "the end of the command", func(p *corev1.Pod) bool { return status(t, p, "only").State.Terminated != nil })
	require.EqualValues(t, 9, status(t, pod, "only").State.Terminated.ExitCode)
	require.Equal(t, contract.Error, report(t, pod, "only").Reason)
	require.Contains(t, logs(t, pod, "only"), "interrupted")
	user.leaves(t)
}

// Without a terminal bytes pass as they are, and the end of what is sent is the end of the standard input.
func TestAttachedStandardInputArrivesUnchanged(t *testing.T) {
	t.Parallel()
	const size = 5_000_000
	pod := createAttachable(t, makeNamespace(t), "first, sum", shell("first", "true"),
		corev1.Container{Name: "sum", Image: busybox, Stdin: true, StdinOnce: true, Command: []string{"sha256sum"}})
	sent := sha256.New()
	cmd := kubectl("attach", "-i", "-n", pod.Namespace, pod.Name, "-c", "sum")
	cmd.Stdin = io.TeeReader(io.LimitReader(rand.NewChaCha8([32]byte{}), size), sent)
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", said)

	pod = awaitPod(t, pod, "the end of the sum", func(p *corev1.Pod) bool { return status(t, p, "sum").State.Terminated != nil })

	require.Equal(t, hex.EncodeToString(sent.Sum(nil))+"  -\n", logs(t, pod, "sum"))
	require.Equal(t, contract.Completed, report(t, pod, "sum").Reason)
}

// createAttachable creates a Pod of a Job with these steps, and returns when all its containers run.
func createAttachable(t *testing.T, namespace, steps string, containers ...corev1.Container) *corev1.Pod {
	t.Helper()
	none := int32(0)
	job := makeJob(steps, containers...)
	job.Spec.BackoffLimit = &none
	createJob(t, namespace, job)
	return waitForPod(t, namespace, "every container to be started", func(p *corev1.Pod) bool {
		for _, s := range p.Status.ContainerStatuses {
			if s.State.Waiting != nil {
				return false
			}
		}
		return len(p.Status.ContainerStatuses) > 0
	})
}

// kubectl is the node's.
func kubectl(words ...string) *exec.Cmd {
	return cluster(append([]string{"kubectl"}, words...)...)
}

// runInside runs a script in a container.
func runInside(t *testing.T, pod *corev1.Pod, container, script string) {
	t.Helper()
	said, err := kubectl("exec", "-n", pod.Namespace, pod.Name, "-c", container, "--", "sh", "-c", script).CombinedOutput()
	require.NoError(t, err, "%s", said)
}

// attached is somebody with a terminal that is attached to a container's.
type attached struct {
	keyboard io.Writer
	over     chan struct{}

	lock sync.Mutex
	text bytes.Buffer
}

// attach opens a terminal, which script(1) has, and attaches it to a container's.
func attach(t *testing.T, pod *corev1.Pod, container string) *attached {
	t.Helper()
	inner := kubectl("attach", "-it", "-n", pod.Namespace, pod.Name, "-c", container)
	cmd := exec.Command("script", "--quiet", "--return", "--command", strings.Join(inner.Args, " "), "/dev/null")
	cmd.Dir = inner.Dir
	user := &attached{over: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = user, user
	var err error
	user.keyboard, err = cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	go func() {
		_ = cmd.Wait() // kubectl gives the container's exit code, or not, depending on which end it sees first
		close(user.over)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-user.over
	})
	user.sees(t, "If you don't see a command prompt")
	return user
}

// Write takes what appears on the screen.
func (a *attached) Write(text []byte) (int, error) {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.text.Write(text)
}

func (a *attached) screen() string {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.text.String()
}

func (a *attached) types(t *testing.T, text string) {
	t.Helper()
	_, err := io.WriteString(a.keyboard, text)
	require.NoError(t, err, "the screen: %q", a.screen())
}

// sees returns when a text is on the screen.
func (a *attached) sees(t *testing.T, want string) {
	t.Helper()
	waitFor(t, fmt.Sprintf("%q on the screen", want), func() (bool, string) {
		screen := a.screen()
		return strings.Contains(screen, want), fmt.Sprintf("%q", screen)
	})
}

// leaves returns when the attachment has ended by itself, as it does with the container.
func (a *attached) leaves(t *testing.T) {
	t.Helper()
	waitFor(t, "kubectl attach to end", func() (bool, string) {
		select {
		case <-a.over:
			return true, ""
		default:
			return false, fmt.Sprintf("%q", a.screen())
		}
	})
}
