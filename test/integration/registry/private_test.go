package registry

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/webhook/registry"
)

// readerManifest is what the owner of a namespace applies.
const readerManifest = "../../../manifests/registry-reader.yaml"

// makeNamespace creates a namespace with Secrets for the private registry: right, wrong, and old, which is right in the older form.
func makeNamespace(t *testing.T) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "team-"}}
	require.NoError(t, admin.Create(t.Context(), namespace))
	entry := func(password string) map[string]any {
		return map[string]any{private.address: map[string]string{"username": "b", "password": password}}
	}
	for _, s := range []corev1.Secret{
		{ObjectMeta: metav1.ObjectMeta{Name: "right"}, Type: corev1.SecretTypeDockerConfigJson,
			Data: map[string][]byte{corev1.DockerConfigJsonKey: encode(t, map[string]any{"auths": entry("correct-b")})}},
		{ObjectMeta: metav1.ObjectMeta{Name: "wrong"}, Type: corev1.SecretTypeDockerConfigJson,
			Data: map[string][]byte{corev1.DockerConfigJsonKey: encode(t, map[string]any{"auths": entry("guess")})}},
		{ObjectMeta: metav1.ObjectMeta{Name: "old"}, Type: corev1.SecretTypeDockercfg,
			Data: map[string][]byte{corev1.DockerConfigKey: encode(t, entry("correct-b"))}},
		{ObjectMeta: metav1.ObjectMeta{Name: "other"}, Data: map[string][]byte{"token": []byte("correct-b")}},
	} {
		s.Namespace = namespace.Name
		require.NoError(t, admin.Create(t.Context(), &s))
	}
	return namespace.Name
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return text
}

// grant does what the owner of a namespace does, with kubectl.
func grant(t *testing.T, namespace string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(os.Getenv(assetsVariable), "kubectl"),
		"--kubeconfig", kubeconfig(), "--namespace", namespace, "apply", "-f", readerManifest)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
}

func TestAPrivateImageIsLookedUpWithTheSecretsOfThePod(t *testing.T) {
	image := private.address + "/team/app:v1"
	digest := push(t, image, makeImage(t, "amd64", "/app"))
	want := contract.Options{Entrypoint: "/app", StopSignal: 3}
	namespace := makeNamespace(t)
	grant(t, namespace)
	rewrite := makeRewriter(t)
	for _, secrets := range [][]string{{"right"}, {"wrong", "right"}, {"old"}, {"absent", "other", "right"}} {
		requireRuns(t, rewrite, makePod(namespace, image, secrets...), want)
		requireRuns(t, rewrite, makePod(namespace, private.address+"/team/app@"+digest, secrets...), want)
	}
	const refused = "says 401 Unauthorized, UNAUTHORIZED: authentication required"
	requireDenied(t, rewrite, makePod(namespace, image), refused, "name a Secret for it in imagePullSecrets")
	requireDenied(t, rewrite, makePod(namespace, image, "wrong"), refused, "to the one login for it")
	requireDenied(t, rewrite, makePod(namespace, image, "absent"), refused, "there is no Secret absent in namespace "+namespace)
	requireDenied(t, rewrite, makePod(namespace, image, "other"), refused, "Secret other in namespace "+namespace+" holds no docker configuration")
	requireDenied(t, rewrite, makePod(namespace, private.address+"/team/app:absent", "right"), "says 404 Not Found, MANIFEST_UNKNOWN")
}

func TestSecretsAreReadOnlyWhereTheOwnerOfTheNamespaceAllowsIt(t *testing.T) {
	image := private.address + "/team/other:v1"
	push(t, image, makeImage(t, "amd64", "/other"))
	want := contract.Options{Entrypoint: "/other", StopSignal: 3}
	namespace, elsewhere := makeNamespace(t), makeNamespace(t)
	rewrite := makeRewriter(t)
	denied := "the webhook may not read Secrets in namespace " + namespace + ", here right of imagePullSecrets: apply manifests/registry-reader.yaml there"
	requireDenied(t, rewrite, makePod(namespace, image, "right"), "says 401 Unauthorized", denied)

	grant(t, elsewhere)
	requireRuns(t, rewrite, makePod(elsewhere, image, "right"), want)
	requireDenied(t, rewrite, makePod(namespace, image, "right"), denied) // what was found out elsewhere opens nothing here

	grant(t, namespace)
	requireRuns(t, rewrite, makePod(namespace, image, "right"), want)
}

func TestAPublicImageNeedsNoRightToReadSecrets(t *testing.T) {
	push(t, public.address+"/team/free:v1", makeImage(t, "amd64", "/free"))
	requireRuns(t, makeRewriter(t), makePod(makeNamespace(t), public.address+"/team/free:v1", "right"), contract.Options{Entrypoint: "/free", StopSignal: 3})
}

func TestTheOperatorsLoginsCountForAll(t *testing.T) {
	image := private.address + "/team/shared:v1"
	push(t, image, makeImage(t, "amd64", "/shared"))
	file := filepath.Join(t.TempDir(), "config.json")
	login := map[string]any{"auths": map[string]any{private.address: map[string]string{"username": "a", "password": "correct-a"}}}
	require.NoError(t, os.WriteFile(file, encode(t, login), 0o600))
	rewrite := makeRewriter(t, func(o *registry.Options) { o.DockerConfig = file })
	requireRuns(t, rewrite, makePod(makeNamespace(t), image), contract.Options{Entrypoint: "/shared", StopSignal: 3})
}
