package registry

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// startTime is how long a registry may take until it answers.
const startTime = 20 * time.Second

// users is a file of htpasswd: the passwords are correct-a and correct-b, by bcrypt with the least cost.
var users = []byte(`a:$2a$04$KRiMghguJLzHrh1RwmENqOt1I5UKZ1R6qWIsBpGCv6uWVzDnXPCdq
b:$2a$04$beboiD6SbNcpUaQznh/eF.4iu.IdipvnDrIT5hly.kUJopsK9.vrW
`)

// process is a running registry.
type process struct {
	command *exec.Cmd
	// address is HOST:PORT, as in references.
	address, log string
	ended        chan error
}

// startProcess starts a registry with TLS. With a file of htpasswd, only its users may do anything.
func startProcess(ctx context.Context, name string, htpasswd []byte) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &process{address: fmt.Sprintf("127.0.0.1:%d", port), log: filepath.Join(folder, name+".log"), ended: make(chan error, 1)}
	config := map[string]any{
		"version": "0.1",
		"storage": map[string]any{"filesystem": map[string]any{"rootdirectory": filepath.Join(folder, name)}},
		"http":    map[string]any{"addr": p.address, "secret": "test", "tls": map[string]any{"certificate": authority.certFile, "key": authority.keyFile}},
	}
	if htpasswd != nil {
		file := filepath.Join(folder, name+".htpasswd")
		if err := os.WriteFile(file, htpasswd, 0o600); err != nil {
			return nil, err
		}
		config["auth"] = map[string]any{"htpasswd": map[string]any{"realm": "test", "path": file}}
	}
	encoded, err1 := json.Marshal(config) // which is YAML, too
	configFile := filepath.Join(folder, name+".json")
	output, err2 := os.Create(p.log)
	if err := errors.Join(err1, err2, os.WriteFile(configFile, encoded, 0o600)); err != nil {
		return nil, err
	}
	defer output.Close() //nolint:errcheck // the process has its own
	p.command = exec.Command(os.Getenv(registryVariable), "serve", configFile)
	p.command.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	p.command.Stdout, p.command.Stderr = output, output
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() { p.ended <- p.command.Wait() }()
	return p, p.waitReady(ctx)
}

func (p *process) stop() {
	if p.command.Process.Signal(syscall.SIGKILL) == nil {
		p.ended <- <-p.ended // it was killed; nobody else waits
	}
}

// waitReady waits until the registry answers, be it that one must log in.
func (p *process) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		err := p.answers(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(p.log)
			return fmt.Errorf("the registry does not answer after %s: %w; its log:\n%s", startTime, err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (p *process) answers(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+p.address+"/v2/", nil)
	if err != nil {
		return err
	}
	response, err := trusting().RoundTrip(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusUnauthorized {
		err = errors.New(response.Status)
	}
	return errors.Join(err, response.Body.Close())
}

// trusting is a way to the registries that trusts the test's authority.
func trusting() *http.Transport {
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.pool}, DisableKeepAlives: true}
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
