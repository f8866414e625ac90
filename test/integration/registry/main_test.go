// Package registry tells stories about looking images up against real registries (distribution, with TLS, one of them with htpasswd) and
// a real kube-apiserver, which decides who may read a Secret: public and private images, tags, digests and indexes, one and several
// credentials, and registries that are slow, busy or cut off.
//
// The API server runs by controller-runtime's envtest, from the folder $KUBEBUILDER_ASSETS; $ORDERLY_REGISTRY names the
// registry's program. What the webhook would answer is asked of its parts: the look-up, and the rewriter for Pods that it is a source of.
package registry

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

const (
	assetsVariable   = "KUBEBUILDER_ASSETS"
	registryVariable = "ORDERLY_REGISTRY"
)

// The world that all stories share.
var (
	adminConfig *rest.Config
	admin       client.Client
	folder      string
	authority   certificate
	public      *process
	private     *process
)

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	for variable, hint := range map[string]string{
		assetsVariable:   "a folder with etcd, kube-apiserver and kubectl; `go -C test/cluster run . assets` makes one",
		registryVariable: "the registry's program; `go -C test/cluster run . build registry` makes it",
	} {
		if os.Getenv(variable) == "" {
			fmt.Fprintf(os.Stderr, "%s is not set: it must name %s and prints it\n", variable, hint)
			return 1
		}
	}
	log.SetLogger(logr.FromSlogHandler(slog.NewTextHandler(os.Stderr, nil)))
	environment := &envtest.Environment{}
	config, err := environment.Start()
	if err != nil {
		fmt.Fprintf(os.Stderr, "starting the API server: %v\n", err)
		return 1
	}
	defer environment.Stop() //nolint:errcheck // the tests have their results; what is left is a process that envtest reports
	defer cleanUp()
	//nolint:forbidigo // there is no test yet whose context it could be
	if err := setUp(context.Background(), environment, config); err != nil {
		fmt.Fprintf(os.Stderr, "preparing: %v\n", err)
		return 1
	}
	return m.Run()
}

func setUp(ctx context.Context, environment *envtest.Environment, config *rest.Config) (err error) {
	adminConfig = config
	if admin, err = client.New(config, client.Options{}); err != nil {
		return err
	}
	if folder, err = os.MkdirTemp("", "orderly-registry-"); err != nil {
		return err
	}
	if err := writeKubeconfig(environment); err != nil {
		return err
	}
	if authority, err = makeCertificate(); err != nil {
		return err
	}
	if public, err = startProcess(ctx, "public", nil); err != nil {
		return err
	}
	private, err = startProcess(ctx, "private", users)
	return err
}

// writeKubeconfig lets kubectl be the administrator.
func writeKubeconfig(environment *envtest.Environment) error {
	administrator, err := environment.AddUser(envtest.User{Name: "administrator", Groups: []string{"system:masters"}}, nil)
	if err != nil {
		return err
	}
	content, err := administrator.KubeConfig()
	if err != nil {
		return err
	}
	return os.WriteFile(kubeconfig(), content, 0o600)
}

func kubeconfig() string { return filepath.Join(folder, "admin.kubeconfig") }

func cleanUp() {
	for _, p := range []*process{public, private} {
		if p != nil {
			p.stop()
		}
	}
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintf(os.Stderr, "cleaning up: %v\n", err)
	}
}
