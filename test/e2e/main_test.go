package e2e

import (
	"fmt"
	"os"
	"testing"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Images that the node's registry holds. They are the same busybox with different configurations.
const (
	registry = "10.89.0.1:5000"
	busybox  = registry + "/test/busybox:dev" // no entrypoint
	sleeper  = registry + "/test/sleeper:dev" // its entrypoint never ends, and ignores SIGTERM as PID 1
	httpd    = registry + "/test/httpd:dev"   // its entrypoint serves files
	greeter  = registry + "/test/greeter:dev" // its entrypoint is echo "hello from $(WHO) to", its arguments "the" "world"
)

// orderlyNamespace is where Orderly is installed.
const orderlyNamespace = "orderly-system"

// nodeLogs is the folder that holds the log of every component of the node.
const nodeLogs = "/var/lib/orderly-node/log"

var (
	restConfig *rest.Config
	client     kubernetes.Interface
)

func TestMain(m *testing.M) {
	if err := connect(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\nstart a node with Orderly on it: make cluster install; then KUBECONFIG=/var/lib/orderly-node/kubeconfig go test ./test/e2e\n", err)
		os.Exit(1)
	}
	code := m.Run()
	if err := stopGit(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func connect() error {
	path := os.Getenv("KUBECONFIG")
	if path == "" {
		return fmt.Errorf("KUBECONFIG is not set")
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return fmt.Errorf("reading KUBECONFIG: %w", err)
	}
	config.QPS, config.Burst, config.WarningHandler = 200, 400, rest.NoWarnings{}
	restConfig = config
	client, err = kubernetes.NewForConfig(config)
	return err
}
