package integration

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// companionImage is the nop image of the manifest, because a policy there lets the companion write no other. It is never pulled here.
var companionImage = mustFindNopImage()

func mustFindNopImage() string {
	content, err := os.ReadFile(manifest)
	if err != nil {
		panic(err)
	}
	_, after, found := strings.Cut(string(content), "--nop-image=")
	if !found {
		panic(manifest + " gives the companion no --nop-image")
	}
	image, _, _ := strings.Cut(after, "\n")
	return image
}

// The companion's ServiceAccount, as the API server knows it.
const companionUser = "system:serviceaccount:" + systemSpace + ":orderly-sidecarstop"

var companionGroups = []string{"system:serviceaccounts", "system:authenticated"}

// companion is a running companion loop.
type companion struct {
	t               *testing.T
	process         *exec.Cmd
	health, metrics string
	log             string
	// ended gets what the process ended with.
	ended chan error
}

// startCompanion runs the companion alone until the test ends, and waits until it is ready.
func startCompanion(t *testing.T) *companion {
	t.Helper()
	c := runCompanion(t, "alone")
	c.waitReady()
	return c
}

// runCompanion runs the companion's binary, with the rights of its ServiceAccount and as if in a Pod with that name, until the test ends.
func runCompanion(t *testing.T, name string) *companion {
	t.Helper()
	binary, err := buildCompanion()
	require.NoError(t, err)
	port, err := freePort()
	require.NoError(t, err)
	metricsPort, err := freePort()
	require.NoError(t, err)
	dir := t.TempDir()
	c := &companion{t: t, health: fmt.Sprintf("127.0.0.1:%d", port), metrics: fmt.Sprintf("127.0.0.1:%d", metricsPort), log: filepath.Join(dir, "log"), ended: make(chan error, 1)}
	log, err := os.Create(c.log)
	require.NoError(t, err)
	defer closeAll(log)
	c.process = exec.Command(binary, "--kubeconfig", writeCompanionKubeconfig(t, dir), "--nop-image", companionImage,
		"--leader-election-namespace", systemSpace,
		"--health-address", c.health, "--metrics-address", c.metrics, "--log-level", "debug", "--log-format", "text")
	c.process.Env = append(os.Environ(), "POD_NAME="+name)
	c.process.Stdout, c.process.Stderr = log, log
	require.NoError(t, c.process.Start())
	go func() { c.ended <- c.process.Wait() }()
	t.Cleanup(c.stop)
	return c
}

// buildCompanion builds the binary once for all tests.
var buildCompanion = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(folder, "sidecarstop")
	if output, err := exec.Command("go", "build", "-o", binary, "orderly.dev/cmd/sidecarstop").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the companion: %w\n%s", err, output)
	}
	return binary, nil
})

// stop ends the companion as the kubelet would, if it has not ended, and waits until it has.
func (c *companion) stop() {
	c.t.Helper()
	if c.process.Process.Signal(syscall.SIGTERM) != nil {
		return // it has ended, and who ended it has looked at how
	}
	require.NoError(c.t, <-c.ended, "the companion must end with 0 on SIGTERM; its log:\n%s", c.readLog())
}

// kill ends the companion as nothing that it could prepare for, and waits until it has ended.
func (c *companion) kill() {
	c.t.Helper()
	require.NoError(c.t, c.process.Process.Kill())
	require.Error(c.t, <-c.ended)
}

func (c *companion) waitReady() {
	c.t.Helper()
	c.eventually("the companion is ready", func() error {
		_, err := get(c.t.Context(), "http://"+c.health+"/readyz")
		return err
	})
}

// writeCompanionKubeconfig makes the administrator act as the companion's ServiceAccount, with exactly its rights.
func writeCompanionKubeconfig(t *testing.T, dir string) string {
	t.Helper()
	config := clientcmdapi.NewConfig()
	config.CurrentContext = "companion"
	config.Contexts["companion"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "companion"}
	config.Clusters["test"] = &clientcmdapi.Cluster{Server: adminConfig.Host, CertificateAuthorityData: adminConfig.CAData}
	config.AuthInfos["companion"] = &clientcmdapi.AuthInfo{
		ClientCertificateData: adminConfig.CertData,
		ClientKeyData:         adminConfig.KeyData,
		Impersonate:           companionUser,
		ImpersonateGroups:     companionGroups,
	}
	path := filepath.Join(dir, "kubeconfig")
	require.NoError(t, clientcmd.WriteToFile(*config, path))
	return path
}

// eventually waits until the condition has no error any more, at most readyTime, and else shows the last one and the log.
func (c *companion) eventually(what string, condition func() error) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), readyTime)
	defer cancel()
	for {
		err := condition()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			require.Fail(c.t, "not within "+readyTime.String()+": "+what, "%v\nthe companion's log:\n%s", err, c.readLog())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (c *companion) readLog() string {
	content, err := os.ReadFile(c.log)
	if err != nil {
		return err.Error()
	}
	return string(content)
}
