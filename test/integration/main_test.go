// Package integration tells stories about the webhook against a real kube-apiserver with etcd, without a node: what is
// rewritten, what is denied and how that reads, what the webhook is never asked about, how it gets along with other webhooks, and
// that its certificate survives what happens to it.
//
// The API server runs by controller-runtime's envtest, from the binaries in the folder $KUBEBUILDER_ASSETS. What is installed is
// manifests/install.yaml, as a user applies it, with one change: there is no network for Pods here, so the Service
// orderly-webhook leads to localhost. The webhook is its real binary, run with the rights of its ServiceAccount.
package integration

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

const assetsVariable = "KUBEBUILDER_ASSETS"

// The world that all stories share. They run one after the other, because some count requests.
var (
	adminConfig *rest.Config
	admin       client.Client
	// folder holds logs and kubeconfigs.
	folder string
	// service is where the Service orderly-webhook leads.
	service *balancer
	// theWebhook is the replica that is always behind the Service.
	theWebhook *replica
	// untouched are the bystanders as they were created before Orderly was installed.
	untouched []podAndName
)

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	if os.Getenv(assetsVariable) == "" {
		fmt.Fprintf(os.Stderr, "%s is not set: it must name a folder with etcd, kube-apiserver and kubectl; "+
			"`go -C test/cluster run . assets` makes one and prints it\n", assetsVariable)
		return 1
	}
	log.SetLogger(logr.FromSlogHandler(slog.NewTextHandler(os.Stderr, nil)))
	environment := &envtest.Environment{}
	config, err := environment.Start()
	if err != nil {
		fmt.Fprintf(os.Stderr, "starting the API server: %v\n", err)
		return 1
	}
	defer environment.Stop() //nolint:errcheck // the tests have their results; what is left is a process that envtest reports
	//nolint:forbidigo // there is no test yet whose context it could be
	if err := setUp(context.Background(), environment, config); err != nil {
		fmt.Fprintf(os.Stderr, "preparing: %v\n", err)
		return 1
	}
	defer removeFolder()
	defer theWebhook.stop()
	return m.Run()
}

// setUp makes the bystanders, installs Orderly and starts its webhook.
func setUp(ctx context.Context, environment *envtest.Environment, config *rest.Config) (err error) {
	adminConfig = config
	adminConfig.WarningHandler = rest.NoWarnings{}
	if admin, err = client.New(config, client.Options{}); err != nil {
		return err
	}
	if folder, err = os.MkdirTemp("", "orderly-integration-"); err != nil {
		return err
	}
	if untouched, err = createBystanders(ctx); err != nil {
		return err
	}
	if service, err = startBalancer(ctx); err != nil {
		return err
	}
	if err := install(ctx, service.port()); err != nil {
		return err
	}
	if err := waitForPolicies(ctx); err != nil {
		return err
	}
	if err := writeServiceAccountKubeconfig(environment); err != nil {
		return err
	}
	if err := buildWebhook(ctx); err != nil {
		return err
	}
	if theWebhook, err = startReplica(); err != nil {
		return err
	}
	service.add(theWebhook)
	return theWebhook.waitReady(ctx)
}

func removeFolder() {
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintf(os.Stderr, "cleaning up: %v\n", err)
	}
}

func buildWebhook(ctx context.Context) error {
	command := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(folder, "webhook"), "orderly.dev/cmd/webhook")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the webhook: %w\n%s", err, output)
	}
	return nil
}
