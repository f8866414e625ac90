package gate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/gate"
)

func TestANamespaceSharesItsReadinessWithThoseItNames(t *testing.T) {
	for _, tc := range []struct {
		name, annotation, namespace string
		want                        bool
	}{
		{"the one that it names", "default", "default", true},
		{"the second of two", "a, default", "default", true},
		{"with spaces where one likes", "  a ,default  ", "default", true},
		{"everybody", "*", "default", true},
		{"everybody, with spaces", " * ", "default", true},
		{"another", "a, b", "default", false},
		{"one whose name begins alike", "default-2", "default", false},
		{"nobody without the annotation", "", "default", false},
		{"nobody with spaces alone", "  ", "default", false},
		{"nobody when everybody stands beside a name", "*, default", "default", false},
		{"nobody when a pattern stands there", "def*", "default", false},
		{"nobody when a name is missing", "default,,a", "default", false},
		{"nobody when a comma is left over", "default,", "default", false},
		{"nobody when a line breaks", "default,\na", "default", false},
		{"nobody when capitals stand there", "Default, default", "default", false},
		{"nobody when quotes stand there", `"default"`, "default", false},
		{"no namespace without a name, even with everybody", "*", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, gate.Allows(tc.annotation, tc.namespace))
		})
	}
}

func TestAConsentThatCannotBeReadSaysWhy(t *testing.T) {
	for _, tc := range []struct{ name, annotation, want string }{
		{"a star beside names", "a, *", `"*" shares with everybody and stands alone; remove the names or the "*"`},
		{"a name behind a right one", "a, B", `"B" is not the name of a namespace; write names with commas between them such as "a, b", or "*"`},
		{"no name", "a B", `"a B" is not the name of a namespace; write names with commas between them such as "a, b", or "*"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			consent, err := gate.ParseConsent(tc.annotation)
			require.EqualError(t, err, tc.want)
			require.Equal(t, gate.Consent{}, consent)
		})
	}
}

func TestAnotherNamespaceMustConsent(t *testing.T) {
	const entry = "service: 'identity:keystone'"
	slice := within("identity", endpoints("keystone", endpoint("a", nil)))
	refused := notYet("annotation orderly.dev/share-readiness-with of namespace identity does not name default")
	tell(t, []story{
		{"it names the Pod's", entry, nil, cluster{sharing("identity", "a, default"), slice}, met},
		{"it names others", entry, nil, cluster{sharing("identity", "a"), slice}, refused},
		{"it names nobody", entry, nil, cluster{sharing("identity", ""), slice}, refused},
		{"its annotation cannot be read", entry, nil, cluster{sharing("identity", "default; a"), slice}, refused},
		{"it does not exist, which nobody may learn", entry, nil, nil, refused},
		{"another namespace consents", entry, nil, cluster{sharing("compute", "*"), slice}, refused},
		{"it consents, and the Service is not ready", entry, nil, cluster{sharing("identity", "*"), within("identity", endpoints("keystone", endpoint("a", new(false))))},
			notYet("0 of 1 endpoints ready")},
		{"the Pod's own namespace need not consent", "service: keystone, namespace: default", nil, cluster{within("default", slice.DeepCopy())}, met},
	})
}

func FuzzConsentNamesWhomItAllows(f *testing.F) {
	f.Add("a, b", "a")
	f.Add("*", "a")
	f.Add(",", "")
	f.Add("a,*", "*")
	f.Fuzz(func(t *testing.T, annotation, namespace string) {
		consent, err := gate.ParseConsent(annotation)
		allowed := consent.Allows(namespace)
		require.Equal(t, allowed, gate.Allows(annotation, namespace))
		if err != nil {
			require.Equal(t, gate.Consent{}, consent)
		}
		if allowed {
			require.True(t, contract.IsName(namespace))
			require.True(t, strings.Trim(annotation, " ") == "*" || strings.Contains(annotation, namespace))
		}
	})
}

// sharing is a namespace with the annotation.
func sharing(name, annotation string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Annotations: map[string]string{"orderly.dev/share-readiness-with": annotation},
	}}
}
