package integration

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// companionImage is the nop image. It is never pulled here.
const companionImage = toolsImage

// companion is a running companion loop.
type companion struct {
	t   *testing.T
	log string
}

// startCompanion builds the companion's binary and runs it with the rights of its ServiceAccount until the test ends.
func startCompanion(t *testing.T) *companion {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "sidecarstop")
	output, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "orderly.dev/cmd/sidecarstop").CombinedOutput()
	require.NoError(t, err, "building the companion: %s", output)
	port, err := freePort()
	require.NoError(t, err)
	c := &companion{t: t, log: filepath.Join(dir, "log")}
	log, err := os.Create(c.log)
	require.NoError(t, err)
	process := exec.Command(binary, "--kubeconfig", writeCompanionKubeconfig(t, dir), "--nop-image", companionImage,
		"--health-address", fmt.Sprintf("127.0.0.1:%d", port), "--metrics-address", "0", "--log-level", "debug", "--log-format", "text")
	process.Stdout, process.Stderr = log, log
	require.NoError(t, process.Start())
	t.Cleanup(func() {
		require.NoError(t, process.Process.Signal(syscall.SIGTERM))
		require.NoError(t, process.Wait(), "the companion must end with 0 on SIGTERM; its log:\n%s", c.readLog())
		require.NoError(t, log.Close())
	})
	c.eventually("the companion is ready", func() error {
		_, err := get(t.Context(), fmt.Sprintf("http://127.0.0.1:%d/readyz", port))
		return err
	})
	return c
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
		Impersonate:           "system:serviceaccount:" + systemSpace + ":orderly-sidecarstop",
		ImpersonateGroups:     []string{"system:serviceaccounts", "system:authenticated"},
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
