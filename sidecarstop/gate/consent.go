package gate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// "Reading another namespace needs that namespace's annotation orderly.dev/share-readiness-with: "a, b" (or "*")."

// everybody stands alone in the annotation.
const everybody = "*"

// Consent is what a namespace's annotation says. The zero value consents to nobody.
type Consent struct {
	all        bool
	namespaces []string
}

// ParseConsent reads the annotation: names of namespaces with commas between them, and spaces where one likes, or "*" alone. A text that is
// not exactly that consents to nobody, even where parts of it could be understood: a list that somebody wrote in haste should not share more than
// he meant. The error says what is wrong, for a message to those who may read the annotation.
func ParseConsent(annotation string) (Consent, error) {
	if strings.Trim(annotation, " ") == everybody {
		return Consent{all: true}, nil
	}
	var namespaces []string
	for item := range strings.SplitSeq(annotation, ",") {
		name := strings.Trim(item, " ")
		switch {
		case name == everybody:
			return Consent{}, errors.New(`"*" shares with everybody and stands alone; remove the names or the "*"`)
		case !isNamespace(name):
			return Consent{}, fmt.Errorf(`%q is not the name of a namespace; write names with commas between them such as "a, b", or "*"`, cut(name, maxWord))
		}
		namespaces = append(namespaces, name)
	}
	return Consent{namespaces: namespaces}, nil
}

// isNamespace reports whether a text can be the name of a namespace, which is a DNS label as the name of a container is.
func isNamespace(name string) bool { return contract.IsName(name) }

// Allows reports whether the Pods of that namespace may wait for objects here.
func (c Consent) Allows(namespace string) bool {
	return isNamespace(namespace) && (c.all || slices.Contains(c.namespaces, namespace))
}

// Allows reports whether an annotation lets the Pods of that namespace wait for objects of the annotation's one. A text that cannot be read allows
// nobody.
func Allows(annotation, namespace string) bool {
	consent, err := ParseConsent(annotation)
	return err == nil && consent.Allows(namespace)
}

// isForeign reports whether the entry is about another namespace.
func (q question) isForeign() bool { return q.namespace() != q.pod.Namespace }

func (q question) consentInterest() Interest {
	return Interest{Kind: corev1.SchemeGroupVersion.WithKind("Namespace"), Name: q.namespace(), Form: Metadata}
}

// isShared reports whether the other namespace is seen to consent.
func (q question) isShared() bool {
	namespace, there := the[*metav1.PartialObjectMetadata](q.sight, q.consentInterest())
	return there && Allows(namespace.Annotations[contract.AnnotationShareReadinessWith], q.pod.Namespace)
}

// refused is the same whether the other namespace refuses, does not exist, or has an annotation that cannot be read: who asks may not know which.
func (q question) refused() Verdict {
	return notYet("annotation %s of namespace %s does not name %s", contract.AnnotationShareReadinessWith, q.namespace(), q.pod.Namespace)
}
