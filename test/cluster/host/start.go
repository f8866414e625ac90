package host

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
)

// Service is a program that shall run on after the one that starts it has ended.
type Service struct {
	Name    string   // for messages, its log and its pid file
	Path    string   // of the program
	Args    []string // without the program itself
	Env     []string // beside PATH and HOME and the Mark
	Netns   string   // path of the network namespace it runs in; empty for this program's own
	LogFile string   // what it prints goes here
	PIDFile string   // its identity is kept here
	Mark    string   // value of the Mark
}

// Running is a service that was started by this program.
type Running struct {
	Service
	Process

	ended chan struct{} // closed when it has ended
	err   error         // how it ended; read it after ended is closed
}

// Start runs the service in a session of its own, so that neither the end of this program nor a Ctrl-C at its terminal reaches it.
func Start(s Service) (*Running, error) {
	log, err := os.OpenFile(s.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", s.Name, err)
	}
	defer func() { _ = log.Close() }()
	cmd := s.command()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", s.Name, err)
	}
	r := &Running{Service: s, ended: make(chan struct{})}
	if r.Process, err = Identify(cmd.Process.Pid); err != nil {
		return nil, fmt.Errorf("starting %s: %w", s.Name, err)
	}
	go func() {
		r.err = cmd.Wait()
		close(r.ended)
	}()
	return r, os.WriteFile(s.PIDFile, []byte(r.String()+"\n"), 0o640)
}

func (s Service) command() *exec.Cmd {
	argv := slices.Concat([]string{s.Path}, s.Args)
	if s.Netns != "" {
		// nsenter replaces itself by the program: the id stays.
		argv = slices.Concat([]string{"nsenter", "--net=" + s.Netns}, argv)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = slices.Concat([]string{
		"PATH=" + filepath.Dir(s.Path) + ":" + os.Getenv("PATH"), // containerd looks for its shim there
		"HOME=" + filepath.Dir(s.LogFile),
		Mark + "=" + s.Mark,
	}, s.Env)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

// Died returns an error that says how the service ended, with the end of its log, or nil while it runs.
func (r *Running) Died() error {
	select {
	case <-r.ended:
	default:
		return nil
	}
	how := "exit status 0"
	if r.err != nil {
		how = r.err.Error()
	}
	const lines = 20
	return fmt.Errorf("%s ended (%s); the last %d lines of %s:\n%s", r.Name, how, lines, r.LogFile, Tail(r.LogFile, lines))
}
