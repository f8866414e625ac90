package gitserver

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// startPatience is how long a server may take until it accepts connections; stopPatience, until it has ended after SIGTERM.
const (
	startPatience = 20 * time.Second
	stopPatience  = 5 * time.Second
)

// process is a server that runs.
type process struct {
	command *exec.Cmd
	output  string // path of what it writes
	ended   chan struct{}
	stop    func() error
}

// startProcess starts a server, whose output goes to the file, and waits until every address accepts connections.
func startProcess(command *exec.Cmd, output string, addresses ...string) (*process, error) {
	file, err := os.OpenFile(output, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	command.Stdout, command.Stderr = file, file
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	// Its own group, so that its children can be ended with it; and it ends if the test is killed.
	command.SysProcAttr.Setpgid, command.SysProcAttr.Pdeathsig = true, syscall.SIGTERM
	p := &process{command: command, output: output, ended: make(chan struct{})}
	p.stop = sync.OnceValue(p.end)
	if err := p.start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", command.Path, err)
	}
	for _, address := range addresses {
		if err := p.waitListening(address); err != nil {
			return nil, errors.Join(err, p.stop())
		}
	}
	return p, nil
}

// start keeps the thread that starts the server for as long as the server runs: to the kernel that thread is the parent whose death ends it,
// and Go ends threads when it likes.
func (p *process) start() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.command.Start()
		started <- err
		if err == nil {
			_ = p.command.Wait() // how it ended is told by its output
			close(p.ended)
		}
	}()
	return <-started
}

func (p *process) waitListening(address string) error {
	dialer := net.Dialer{Deadline: time.Now().Add(startPatience)}
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		connection, err := dialer.Dial("tcp", address)
		if err == nil {
			return connection.Close()
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended before it listened on %s:\n%s", p.command.Path, address, p.read())
		case <-time.After(time.Until(dialer.Deadline)):
			return fmt.Errorf("%s does not listen on %s: %w\n%s", p.command.Path, address, err, p.read())
		case <-time.After(pause):
		}
	}
}

func (p *process) read() string {
	content, err := os.ReadFile(p.output)
	if err != nil {
		return err.Error()
	}
	return string(content)
}

// end sends SIGTERM to the server and kills what is left of its group.
func (p *process) end() error {
	id := p.command.Process.Pid
	_ = syscall.Kill(id, syscall.SIGTERM) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(stopPatience):
	}
	if err := syscall.Kill(-id, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("ending %s (%d): %w", p.command.Path, id, err)
	}
	<-p.ended
	return nil
}

// freePort returns a port of the address that nobody listens on.
func freePort(address string) (string, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return "", fmt.Errorf("looking for a free port of %s: %w", address, err)
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}
