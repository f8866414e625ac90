package gate

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Sight is what the watches show. An interest that is not in it has no watch yet, or one that has not listed all of its objects. One that is in
// it without objects is one for which there are none.
type Sight map[Interest]Seen

// Seen is what one watch shows.
type Seen struct {
	// Objects are what the watch lists, in any order, in the [Form] of the interest. They are only read. More than the interest asks for do no harm,
	// so one watch may serve several interests; those of another Go type count as not there. For entries about one node
	// ([dependency.Entry.NeedsNode]) Pods of other nodes may be left out, so that whoever has an index by node need not hand out a thousand to
	// have one judged.
	Objects []metav1.Object
	// Obstacle says for people why nothing can be seen, such as a right that the companion lacks and where to grant it. Empty where there is
	// none. Its text becomes the reason.
	Obstacle string
}

// seen are the objects of an interest, as the Go type of its form.
func seen[T metav1.Object](sight Sight, interest Interest) []T {
	selector, err := labels.Parse(interest.Selector)
	if err != nil {
		return nil
	}
	var matching []T
	for _, object := range sight[interest].Objects {
		if typed, isIt := object.(T); isIt && interest.asksFor(object) && selector.Matches(labels.Set(object.GetLabels())) {
			matching = append(matching, typed)
		}
	}
	return matching
}

// asksFor compares name and namespace. An object of a kind without namespaces belongs to all of them.
func (i Interest) asksFor(object metav1.Object) bool {
	namespace := object.GetNamespace()
	return (i.Name == "" || i.Name == object.GetName()) && (namespace == "" || namespace == i.Namespace)
}

// the is the object of an interest in one name, or false.
func the[T metav1.Object](sight Sight, interest Interest) (T, bool) {
	var none T
	if objects := seen[T](sight, interest); len(objects) > 0 {
		return objects[0], true
	}
	return none, false
}
