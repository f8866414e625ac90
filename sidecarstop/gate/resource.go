package gate

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"orderly.dev/mutate/dependency"
)

// "resource: {apiVersion: stable.example.com/v1, kind: Foo, name: my-foo}, with fields and conditions — it is there, and they are as they are
// written."
//
// Which kinds may be asked for is the operator's decision, and comes here as an obstacle ([Seen.Obstacle]). The reason names keys and types of
// conditions, never what stands there.

func resourceInterests(q question) []Interest { return []Interest{resourceInterest(q)} }

func resourceInterest(q question) Interest {
	kind := schema.FromAPIVersionAndKind(q.entry.APIVersion(), q.entry.ObjectKind())
	if isBare(q.entry) {
		return q.named(kind, Metadata)
	}
	return q.named(kind, Untyped)
}

// isBare reports whether it is enough that the object is there.
func isBare(entry dependency.Entry) bool { return len(entry.Fields())+len(entry.Conditions()) == 0 }

func judgeResource(q question) Verdict {
	interest := resourceInterest(q)
	if interest.Form == Metadata {
		if _, there := the[*metav1.PartialObjectMetadata](q.sight, interest); there {
			return met()
		}
		return notYet("there is no such object")
	}
	object, there := the[*unstructured.Unstructured](q.sight, interest)
	if !there {
		return notYet("there is no such object")
	}
	if missing := whatDiffers(q.entry, object.Object); len(missing) > 0 {
		return notYet("not as asked: %s", few(missing))
	}
	return met()
}

// whatDiffers names what is not as the entry wants it.
func whatDiffers(entry dependency.Entry, object map[string]any) []string {
	var missing []string
	for _, field := range entry.Fields() {
		if !field.Holds(object) {
			missing = append(missing, field.Path().String())
		}
	}
	for _, condition := range entry.Conditions() {
		if !condition.Holds(object) {
			missing = append(missing, "condition "+condition.Type())
		}
	}
	return missing
}
