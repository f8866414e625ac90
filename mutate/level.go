package mutate

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// level is the metadata of one object on the way from a Pod, or the template of one, to its outermost owner: users may write what
// they ask for at each of them.
type level struct {
	meta *metav1.ObjectMeta
	// path of the metadata within the object that is judged.
	path *field.Path
}

func (l level) annotationPath(name string) *field.Path {
	return l.path.Child("annotations").Key(keyOf(name))
}

func (l level) labelPath(name string) *field.Path { return l.path.Child("labels").Key(name) }

func (l level) refuses() bool { return l.meta.Labels[contract.LabelInject] == contract.InjectNo }

// own are the keys that a user wrote here: the annotations, and the label orderly.dev/inject.
func (l level) own() fromOwner {
	keys := fromOwner{}
	for name, text := range l.meta.Annotations {
		if isUserKey(name) && name != contract.LabelInject {
			keys[name] = text
		}
	}
	if value, given := l.meta.Labels[contract.LabelInject]; given {
		keys[contract.LabelInject] = value
	}
	return keys
}

// setAnnotation writes an annotation, or removes it where the text is empty, and reports whether that changed anything.
func setAnnotation(meta *metav1.ObjectMeta, name, text string) bool {
	before, given := meta.Annotations[name]
	switch {
	case text == "" && !given, text != "" && given && before == text:
		return false
	case text == "":
		delete(meta.Annotations, name)
		return true
	}
	if meta.Annotations == nil {
		meta.Annotations = map[string]string{}
	}
	meta.Annotations[name] = text
	return true
}
