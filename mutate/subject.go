package mutate

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// subject is a Pod, or the template of one, as the judging code sees it. It is only read.
type subject struct {
	meta *metav1.ObjectMeta
	spec *corev1.PodSpec
	// path of the template within its object; nil for a Pod.
	path *field.Path
	// owner lists the containers of the owner's template.
	owner ownerList
}

func podSubject(pod *corev1.Pod) subject {
	return subject{
		meta:  &pod.ObjectMeta,
		spec:  &pod.Spec,
		owner: decodeOwnerList(pod.Annotations[contract.AnnotationResolvedSteps]),
	}
}

func (s subject) annotationsPath() *field.Path { return s.path.Child("metadata", "annotations") }

func (s subject) annotationPath(name string) *field.Path { return s.annotationsPath().Key(keyOf(name)) }

func (s subject) labelPath(name string) *field.Path {
	return s.path.Child("metadata", "labels").Key(name)
}

func (s subject) specPath() *field.Path { return s.path.Child("spec") }

// placedContainer is a container with its path.
type placedContainer struct {
	*corev1.Container
	path *field.Path
}

func (s subject) containers() []placedContainer {
	return place(s.spec.Containers, s.specPath().Child("containers"))
}

func (s subject) initContainers() []placedContainer {
	return place(s.spec.InitContainers, s.specPath().Child("initContainers"))
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
