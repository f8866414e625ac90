package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

const (
	systemSpace      = "orderly-system"
	companionAccount = "orderly-sidecarstop"
	companionUser    = "system:serviceaccount:" + systemSpace + ":" + companionAccount
	manifest         = "manifests/install.yaml"
)

// rights are the kinds of the manifest that count here: nothing of it runs.
var rights = []string{"Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}

// cluster is a kube-apiserver with etcd.
type cluster struct {
	environment *envtest.Environment
	client      kubernetes.Interface
	audit       *audit
	// folder is where files go, kubeconfig the companion's.
	folder, kubeconfig string
}

func startCluster(ctx context.Context) (*cluster, error) {
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		return nil, errors.New("KUBEBUILDER_ASSETS is not set: it must name a folder with etcd and kube-apiserver; `bin/cluster assets` prints one")
	}
	folder, err := os.MkdirTemp("", "orderly-bench-")
	if err != nil {
		return nil, err
	}
	log, err := makeAudit(folder)
	if err != nil {
		return nil, err
	}
	environment := &envtest.Environment{ControlPlaneStartTimeout: patience, ControlPlaneStopTimeout: patience}
	environment.ControlPlane.GetAPIServer().Configure().Set("audit-policy-file", log.policy).Set("audit-log-path", log.log)
	config, err := startThrifty(environment)
	if err != nil {
		return nil, fmt.Errorf("starting the API server: %w", err)
	}
	c := &cluster{environment: environment, audit: log, folder: folder, kubeconfig: filepath.Join(folder, "kubeconfig")}
	if err := c.prepare(ctx, config); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// startThrifty makes API server and etcd collect garbage less often: there is memory enough here, and their processor's time is what limits how
// much can be asked of the companion.
func startThrifty(environment *envtest.Environment) (*rest.Config, error) {
	const variable = "GOGC"
	if err := os.Setenv(variable, "400"); err != nil {
		return nil, err
	}
	config, err := environment.Start()
	return config, errors.Join(err, os.Unsetenv(variable))
}

func (c *cluster) prepare(ctx context.Context, config *rest.Config) error {
	config.QPS, config.WarningHandler = -1, rest.NoWarnings{} // no limit
	if err := grantRights(ctx, config); err != nil {
		return err
	}
	user, err := c.environment.AddUser(envtest.User{
		Name: companionUser, Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + systemSpace, "system:authenticated"},
	}, nil)
	if err != nil {
		return err
	}
	content, err := user.KubeConfig()
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.kubeconfig, content, 0o600); err != nil {
		return err
	}
	config = rest.CopyConfig(config)
	config.ContentType = runtime.ContentTypeProtobuf // as a kubelet does
	c.client, err = kubernetes.NewForConfig(config)
	return err
}

func (c *cluster) stop() error {
	return errors.Join(c.environment.Stop(), os.RemoveAll(c.folder))
}

// makeNamespace makes one in which nothing is yet.
func (c *cluster) makeNamespace(ctx context.Context, name string) error {
	_, err := c.client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	return err
}

// grantRights creates what the manifest says about rights.
func grantRights(ctx context.Context, config *rest.Config) error {
	admin, err := client.New(config, client.Options{})
	if err != nil {
		return err
	}
	content, err := os.ReadFile(manifest)
	if err != nil {
		return fmt.Errorf("%w; run this at the root of the repository", err)
	}
	decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(object)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("decoding %s: %w", manifest, err)
		}
		if !slices.Contains(rights, object.GetKind()) {
			continue
		}
		if err := admin.Create(ctx, object); err != nil {
			return fmt.Errorf("creating the %s %s of %s: %w", object.GetKind(), object.GetName(), manifest, err)
		}
	}
}
