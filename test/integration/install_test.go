package integration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

const (
	manifest       = "../../manifests/install.yaml"
	systemSpace    = "orderly-system"
	serviceAccount = "orderly-webhook"
	configuration  = "00-orderly"
	secretName     = "orderly-webhook-tls"
)

// install creates everything that the manifest holds. Nothing runs of it here, but rights, policies, webhook configuration and Service count.
func install(ctx context.Context, port int) error {
	content, err := os.ReadFile(manifest)
	if err != nil {
		return err
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
		if len(object.Object) == 0 {
			continue
		}
		if err := leadHere(object, port); err != nil {
			return err
		}
		if err := admin.Create(ctx, object); err != nil {
			return fmt.Errorf("creating the %s %s of %s: %w", object.GetKind(), object.GetName(), manifest, err)
		}
	}
}

// leadHere makes the webhook's Service lead to a port of this machine: an ExternalName to localhost, and the port in the
// configuration. The name in the certificate stays that of the Service.
func leadHere(object *unstructured.Unstructured, port int) error {
	switch object.GetKind() {
	case "Service":
		object.Object["spec"] = map[string]any{"type": "ExternalName", "externalName": "localhost"}
	case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
		webhooks, _, err := unstructured.NestedSlice(object.Object, "webhooks")
		if err != nil {
			return err
		}
		for _, w := range webhooks {
			if err := unstructured.SetNestedField(w.(map[string]any), int64(port), "clientConfig", "service", "port"); err != nil {
				return err
			}
		}
		return unstructured.SetNestedSlice(object.Object, webhooks, "webhooks")
	}
	return nil
}

// writeServiceAccountKubeconfig makes a user that has the name of the webhook's ServiceAccount, and so exactly its rights.
func writeServiceAccountKubeconfig(environment *envtest.Environment) error {
	user, err := environment.AddUser(envtest.User{
		Name:   fmt.Sprintf("system:serviceaccount:%s:%s", systemSpace, serviceAccount),
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + systemSpace, "system:authenticated"},
	}, nil)
	if err != nil {
		return err
	}
	if err := writeKubeconfig(user, "webhook.kubeconfig"); err != nil {
		return err
	}
	administrator, err := environment.AddUser(envtest.User{Name: "admin", Groups: []string{"system:masters"}}, nil)
	if err != nil {
		return err
	}
	return writeKubeconfig(administrator, "admin.kubeconfig")
}

func writeKubeconfig(user *envtest.AuthenticatedUser, name string) error {
	content, err := user.KubeConfig()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), content, 0o600)
}

// inSystem is the key of an object in Orderly's namespace.
func inSystem(name string) client.ObjectKey {
	return client.ObjectKey{Namespace: systemSpace, Name: name}
}
