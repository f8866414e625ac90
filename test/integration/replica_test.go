package integration

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
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

// readyTime is how long a replica may take to be ready, and a repair to happen.
const readyTime = 20 * time.Second

// toolsImage is never pulled here.
const (
	toolsImage = "registry.example/orderly/tools:test"
	cloneImage = "registry.example/orderly/gitclone:test"
)

// replica is a running webhook process.
type replica struct {
	process         *exec.Cmd
	port            int
	health, metrics string
	log             string
	// ended gets what the process ended with.
	ended chan error
}

// startReplica starts the webhook's binary with the rights of its ServiceAccount.
func startReplica() (*replica, error) {
	port, err1 := freePort()
	healthPort, err2 := freePort()
	metricsPort, err3 := freePort()
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	r := &replica{
		port:    port,
		health:  fmt.Sprintf("127.0.0.1:%d", healthPort),
		metrics: fmt.Sprintf("127.0.0.1:%d", metricsPort),
		log:     filepath.Join(folder, fmt.Sprintf("webhook-%d.log", port)),
		ended:   make(chan error, 1),
	}
	file, err := os.Create(r.log)
	if err != nil {
		return nil, err
	}
	defer closeAll(file)
	r.process = exec.Command(filepath.Join(folder, "webhook"),
		"--kubeconfig", filepath.Join(folder, "webhook.kubeconfig"), "--namespace", systemSpace,
		"--port", strconv.Itoa(port), "--health-address", r.health, "--metrics-address", r.metrics,
		"--tools-image", toolsImage, "--clone-image", cloneImage, "--delivery", "imageVolume", // there are no nodes here that could
		"--log-level", "debug", "--log-format", "text")
	r.process.Stdout, r.process.Stderr = file, file
	if err := r.process.Start(); err != nil {
		return nil, err
	}
	go func() { r.ended <- r.process.Wait() }()
	return r, nil
}

// stop ends the process and waits for it. It is for the end of a test: nothing is judged.
func (r *replica) stop() {
	if r.process.Process.Signal(syscall.SIGKILL) == nil {
		r.ended <- <-r.ended
	}
}

// waitReady waits until the replica says that it is ready.
func (r *replica) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	for {
		state, err := get(ctx, "http://"+r.health+"/readyz?verbose")
		if err == nil {
			return nil
		}
		select {
		case ended := <-r.ended:
			r.ended <- ended
			return fmt.Errorf("the webhook ended: %w; its log:\n%s", errors.Join(errors.New("too early"), ended), r.readLog())
		case <-ctx.Done():
			return fmt.Errorf("the webhook is not ready after %s: %w\n%s\nits log:\n%s", readyTime, err, state, r.readLog())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (r *replica) ready(ctx context.Context) bool {
	_, err := get(ctx, "http://"+r.health+"/readyz")
	return err == nil
}

func (r *replica) readLog() string {
	content, err := os.ReadFile(r.log)
	if err != nil {
		return err.Error()
	}
	return string(content)
}

// requests is how many admission requests the replica has answered, at all paths, by its own metrics.
func (r *replica) requests(ctx context.Context) (int, error) {
	text, err := get(ctx, "http://"+r.metrics+"/metrics")
	if err != nil {
		return 0, err
	}
	total := 0
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		if rest, is := strings.CutPrefix(lines.Text(), "controller_runtime_webhook_requests_total{"); is {
			_, value, _ := strings.Cut(rest, "} ")
			count, err := strconv.Atoi(value)
			if err != nil {
				return 0, fmt.Errorf("reading the metric %q: %w", lines.Text(), err)
			}
			total += count
		}
	}
	return total, nil
}

// get returns the body of an answer, and an error where it is not 200.
func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer closeAll(response.Body)
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New(response.Status)
	}
	return string(body), err
}

// freePort returns a port of localhost that nobody listens at.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return 0, err
	}
	defer closeAll(listener)
	return listener.Addr().(*net.TCPAddr).Port, nil
}
