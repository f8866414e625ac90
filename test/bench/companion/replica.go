package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// nopImage is never pulled here.
const nopImage = toolsImage

// replica is a running companion.
type replica struct {
	// name is what the Lease calls it, and what the API server calls the writer of its patches.
	name    string
	process *exec.Cmd
	health  string
	log     string
	// ended gets what the process ended with.
	ended chan error
}

// startReplica starts the binary and waits until it is ready.
func (c *cluster) startReplica(ctx context.Context, binary, name string) (*replica, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	r := &replica{name: name, health: address, log: filepath.Join(c.folder, name+".log"), ended: make(chan error, 1)}
	log, err := os.OpenFile(r.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the process has it, too
	r.process = exec.CommandContext(context.WithoutCancel(ctx), binary, "--kubeconfig", c.kubeconfig, "--nop-image", nopImage,
		"--leader-election-namespace", systemSpace, "--leader-election-identity", name, "--health-address", r.health, "--metrics-address", "0")
	r.process.Args[0] = name // what it says in its user agent
	r.process.Stdout, r.process.Stderr = log, log
	if err := r.process.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", binary, err)
	}
	go func() { r.ended <- r.process.Wait() }()
	if err := eventually(ctx, name+" is ready", r.ready); err != nil {
		return nil, errors.Join(err, r.end(syscall.SIGKILL))
	}
	return r, nil
}

func (r *replica) ready(ctx context.Context) error {
	select {
	case err := <-r.ended:
		r.ended <- err
		return fmt.Errorf("it has ended: %w\n%s", errors.Join(errors.New("too early"), err), r.readLog())
	default:
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.health+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("it says %s\n%s", response.Status, r.readLog())
	}
	return errors.Join(err, response.Body.Close())
}

// end sends the signal and waits for the end. After SIGTERM the process must end with 0.
func (r *replica) end(signal syscall.Signal) error {
	err := r.process.Process.Signal(signal)
	if signal == syscall.SIGKILL && errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sending %v to %s: %w", signal, r.name, err)
	}
	if err := <-r.ended; err != nil && signal != syscall.SIGKILL {
		return fmt.Errorf("%s after %v: %w\n%s", r.name, signal, err, r.readLog())
	}
	return nil
}

// readLog gives the end of the log.
func (r *replica) readLog() string {
	content, err := os.ReadFile(r.log)
	if err != nil {
		return err.Error()
	}
	const most = 4 << 10
	return string(content[max(0, len(content)-most):])
}

// memory reads a field of /proc/PID/status, in MiB: VmRSS is what it has, VmHWM the most it had.
func (r *replica) memory(field string) (float64, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(content)) {
		if rest, is := strings.CutPrefix(line, field+":"); is {
			kilobytes, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return float64(kilobytes) / 1024, err
		}
	}
	return 0, fmt.Errorf("%s has no %s", r.name, field)
}

// freeAddress is one of this machine where nobody listens.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// patience is how long something may take that is waited for.
const patience = 90 * time.Second

// eventually waits until the condition has no error any more, and else gives the last one.
func eventually(ctx context.Context, what string, condition func(context.Context) error) error {
	deadline := time.After(patience)
	for {
		err := condition(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return fmt.Errorf("not within %v: %s: %w", patience, what, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
