package gate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"orderly.dev/mutate/dependency"
)

// Form says how much of an object must be seen, and so as which Go type a [Sight] holds it.
type Form int

const (
	// Whole is an object as its Go type: *batchv1.Job, *corev1.Pod, *appsv1.Deployment and so on. Only kinds of Kubernetes itself have it.
	Whole Form = iota
	// Metadata is a *metav1.PartialObjectMetadata.
	Metadata
	// Untyped is an object of any kind as *unstructured.Unstructured.
	Untyped
)

// Interest is something that must be watched: objects of one kind, in one namespace, with one name or one selector. Equal interests are
// one watch. It holds nothing of the Pod that waits but its namespace.
type Interest struct {
	Kind schema.GroupVersionKind
	// Namespace is where the objects are. It is empty for a Namespace. For a kind of [dependency.Resource] without namespaces it is filled all the
	// same, because the scope of a kind is not known here; the companion, who knows it, leaves it out of the watch.
	Namespace string
	// Name is the one object's; empty where there is a selector.
	Name string
	// Selector is the text of a label selector in its normal form, so that equal selectors are equal texts.
	Selector string
	Form     Form
}

// Interests says what must be watched to judge an entry for a Pod, given what is seen already. Of the Pod it reads the namespace. It is empty for a
// container of the same Pod, which is known already, and for what is found out inside the Pod. The order is always the same. It must be asked again
// when what is seen changes: there may be more then, or less.
func Interests(entry dependency.Entry, pod *corev1.Pod, sight Sight) []Interest {
	return question{entry, pod, sight}.interests()
}

func (q question) interests() []Interest {
	asked := rules[q.entry.Kind()]
	switch {
	case asked.interests == nil:
		return nil
	case !q.isForeign():
		return asked.interests(q)
	case !q.isShared():
		return []Interest{q.consentInterest()}
	default:
		return append([]Interest{q.consentInterest()}, asked.interests(q)...)
	}
}

// named is an interest in the object that the entry names.
func (q question) named(kind schema.GroupVersionKind, form Form) Interest {
	return Interest{Kind: kind, Namespace: q.namespace(), Name: q.entry.Name(), Form: form}
}

// selected is an interest in objects with a selector.
func (q question) selected(kind schema.GroupVersionKind, selector string) Interest {
	return Interest{Kind: kind, Namespace: q.namespace(), Selector: selector, Form: Whole}
}
