package container

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
)

// Run is one start of the cloner.
type Run struct {
	pod     *Pod
	command *exec.Cmd
	output  bytes.Buffer
	ended   chan struct{}
	result  Result
}

// Result is how it ended.
type Result struct {
	// Code is the exit code; 128 and the number of the signal where one ended it.
	Code int
	// Log is what it wrote, stdout and stderr.
	Log string
	// Message is the termination message as the kubelet reports it, with FallbackToLogsOnError.
	Message string
	// Took is how long it ran.
	Took time.Duration
	// Err says what went wrong around it.
	Err error
}

// Start runs the cloner. The Run is to be waited for.
func (p *Pod) Start() (*Run, error) {
	if err := errors.Join(p.layer(), p.volumes()); err != nil {
		return nil, fmt.Errorf("making the Pod's files: %w", err)
	}
	root, err := p.mount()
	if err != nil {
		return nil, err
	}
	argument := p.Argument
	if argument == "" {
		argument = p.Order.Encode()
	}
	r := &Run{pod: p, ended: make(chan struct{}), command: exec.Command(contract.ToolsCloner, argument)}
	r.command.Stdout, r.command.Stderr = &r.output, &r.output
	r.command.Dir = "/"
	r.command.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=pod", "KUBERNETES_SERVICE_HOST=10.0.0.1"}
	r.command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC,
		Credential: &syscall.Credential{Uid: uint32(p.User), Gid: 0}}
	began := time.Now()
	if err := startWithoutRights(r.command); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the cloner: %w", err), p.unmount())
	}
	go r.wait(began)
	return r, nil
}

// Process is the id of the cloner, outside of its own process table.
func (r *Run) Process() int { return r.command.Process.Pid }

// Kill ends it and all its processes, as the kubelet does when a Pod's grace is over.
func (r *Run) Kill() error { return r.command.Process.Kill() }

// Terminate asks it to end, as the kubelet does when a Pod is deleted.
func (r *Run) Terminate() error { return r.command.Process.Signal(syscall.SIGTERM) }

// Ended is closed when it has ended.
func (r *Run) Ended() <-chan struct{} { return r.ended }

// Wait returns how it ended.
func (r *Run) Wait() Result {
	<-r.ended
	return r.result
}

func (r *Run) wait(began time.Time) {
	defer close(r.ended)
	err := r.command.Wait()
	r.result.Took = time.Since(began)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.result.Err = err
	}
	status, _ := r.command.ProcessState.Sys().(syscall.WaitStatus)
	r.result.Code = status.ExitStatus()
	if status.Signaled() {
		r.result.Code = 128 + int(status.Signal())
	}
	r.result.Log = r.output.String()
	message, readErr := r.pod.ReadMessage()
	r.result.Message = message
	if message == "" && r.result.Code != 0 {
		r.result.Message = tail(r.result.Log)
	}
	r.result.Err = errors.Join(r.result.Err, readErr, r.pod.unmount())
}

// tail is what the kubelet takes of a log: 80 lines, and of these 2,048 bytes.
func tail(log string) string {
	lines := bytes.SplitAfter([]byte(log), []byte("\n"))
	text := string(bytes.Join(lines[max(0, len(lines)-81):], nil))
	return text[max(0, len(text)-2048):]
}

// RunAs runs a command of this machine with a user's rights, as a step has them: in group 0, without any capability. Its output is returned.
func RunAs(user int, command *exec.Cmd) (string, error) {
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(user), Gid: 0}}
	if err := startWithoutRights(command); err != nil {
		return "", err
	}
	err := command.Wait()
	return output.String(), err
}

// startWithoutRights starts a command that has no capability and can get none, as PodSecurity restricted wants it. What a thread gives up it
// never gets back: it ends with the start.
func startWithoutRights(command *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this function
		started <- errors.Join(giveUpRights(), command.Start())
	}()
	return <-started
}

// giveUpRights is for this thread and what it starts: an empty bounding set, and no_new_privs. See prctl(2).
func giveUpRights() error {
	const setNoNewPrivs = 38
	for capability := uintptr(0); ; capability++ {
		_, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_CAPBSET_DROP, capability, 0)
		if errno == syscall.EINVAL {
			break // there are no more
		}
		if errno != 0 {
			return fmt.Errorf("dropping capability %d: %w", capability, errno)
		}
	}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		return fmt.Errorf("setting no_new_privs: %w", errno)
	}
	return nil
}
