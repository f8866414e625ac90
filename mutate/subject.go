package mutate

import (
	"iter"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// subject is a Pod, or the template of one, as the judging code sees it. It is only read.
type subject struct {
	meta *metav1.ObjectMeta
	spec *corev1.PodSpec
	// path of the template within its object; nil for a Pod.
	path *field.Path
	// maker is what the template belongs to. It has no name for a Pod, and for what gets its name from the API server.
	maker maker
	// ofWorkload is true for the template of a Deployment or its like, whose Pods restart always.
	ofWorkload bool
	// owner lists the containers of the owner's template.
	owner ownerList
	// levels are its own metadata, then that of its owners as far as they are seen here, the nearest first.
	levels []level
	// carried is what the outermost level was told by owners further out; unreadable says why that could not be read.
	carried    fromOwner
	unreadable error
	// images is what was found out about the images of its containers, by their names. Nil where nothing is looked up, as for the
	// template of a Job.
	images map[string]Image
	// wishes are the annotations of users that hold for it: of each the nearest.
	wishes map[string]wish
	// placed and placedInit are its containers and init containers with their paths, once [subject.withPlaces] has been called.
	placed, placedInit []placedContainer
	// inject is the label orderly.dev/inject of each level that has one, the nearest first.
	inject []wish
}

// wish is an annotation of a user's.
type wish struct {
	text string
	// key of the annotation or label, and the path of those among which it was written: the object's own, or an owner's.
	key   string
	among *field.Path
}

// path is where it was written. It is made only when it is asked for: most wishes are granted.
func (w wish) path() *field.Path { return w.among.Key(keyOf(w.key)) }

// refused gives the problems that the reading of it found.
func (w wish) refused(problems ...annotation.Problem) field.ErrorList {
	if len(problems) == 0 {
		return nil
	}
	path := w.path()
	errs := make(field.ErrorList, len(problems))
	for i, problem := range problems {
		errs[i] = problem.Invalid(path)
	}
	return errs
}

func (s subject) wish(name string) (wish, bool) {
	w, given := s.wishes[name]
	return w, given
}

// label is the nearest label orderly.dev/inject, with the path where it was written.
func (s subject) label() (wish, bool) {
	if len(s.inject) == 0 {
		return wish{}, false
	}
	return s.inject[0], true
}

// refused reports whether the subject or an owner has the label orderly.dev/inject: "false": nothing is done then, whatever else is
// there.
func (s subject) refused() bool { return s.labelledWith(contract.InjectNo) }

func (s subject) labelledWith(value string) bool {
	return slices.ContainsFunc(s.inject, func(w wish) bool { return w.text == value })
}

// asks reports whether a user wants the subject to be rewritten: nobody refuses, and it or an owner has the label
// orderly.dev/inject: "true" or any annotation of a user's under [contract.Prefix]. Unknown annotations count, so that a
// spelling mistake is reported rather than ignored, and so does what an owner wrote and nobody can read.
func (s subject) asks() bool {
	return !s.refused() && (len(s.wishes) > 0 || s.labelledWith(contract.InjectYes) || s.unreadable != nil)
}

// withWishes finds out what users ask for, on the subject itself and on the given levels above it, the nearest first.
func (s subject) withWishes(above ...level) subject {
	s.levels = slices.Concat([]level{{meta: s.meta, path: s.path.Child("metadata")}}, above)
	s.wishes = map[string]wish{}
	for _, l := range s.levels {
		annotations := l.path.Child("annotations")
		for name, text := range l.meta.Annotations {
			if isUserKey(name) {
				s.addWish(wish{text, name, annotations})
			}
		}
		if value, given := l.meta.Labels[contract.LabelInject]; given {
			s.inject = append(s.inject, wish{value, contract.LabelInject, l.path.Child("labels")})
		}
	}
	outermost := s.levels[len(s.levels)-1]
	s.carried, s.unreadable = decodeFromOwner(outermost.meta.Annotations)
	carried := outermost.annotationPath(contract.AnnotationFromOwner)
	for name, text := range s.carried {
		if name == contract.LabelInject {
			s.inject = append(s.inject, wish{text, name, carried})
		} else {
			s.addWish(wish{text, name, carried})
		}
	}
	return s
}

// addWish adds what nobody nearer has said.
func (s subject) addWish(w wish) {
	if _, nearer := s.wishes[w.key]; !nearer {
		s.wishes[w.key] = w
	}
}

// withImages gives what the registry said, which may be nothing.
func (s subject) withImages(facts Facts) subject {
	s.images = facts.Images
	if s.images == nil {
		s.images = map[string]Image{}
	}
	return s
}

func podSubject(pod *corev1.Pod) subject {
	return subject{
		meta:  &pod.ObjectMeta,
		spec:  &pod.Spec,
		owner: decodeOwnerList(pod.Annotations[contract.AnnotationResolvedSteps]),
	}.withWishes()
}

func (s subject) annotationsPath() *field.Path { return s.levels[0].path.Child("annotations") }

func (s subject) specPath() *field.Path { return s.path.Child("spec") }

// placedContainer is a container with its path.
type placedContainer struct {
	*corev1.Container
	path *field.Path
}

// withPlaces makes the paths of the containers, which a dozen checks ask for.
func (s subject) withPlaces() subject {
	s.placed = place(s.spec.Containers, s.specPath().Child("containers"))
	s.placedInit = place(s.spec.InitContainers, s.specPath().Child("initContainers"))
	return s
}

func (s subject) containers() []placedContainer { return s.placed }

func (s subject) initContainers() []placedContainer { return s.placedInit }

// everyContainer lists the init containers, then the others.
func (s subject) everyContainer() iter.Seq[placedContainer] {
	return func(yield func(placedContainer) bool) {
		for _, list := range [][]placedContainer{s.placedInit, s.placed} {
			for _, c := range list {
				if !yield(c) {
					return
				}
			}
		}
	}
}

func place(containers []corev1.Container, path *field.Path) []placedContainer {
	placed := make([]placedContainer, len(containers))
	for i := range containers {
		placed[i] = placedContainer{Container: &containers[i], path: path.Index(i)}
	}
	return placed
}

// isNative reports whether an init container is a native sidecar: one that runs beside the regular containers.
func isNative(c *corev1.Container) bool {
	return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
}
