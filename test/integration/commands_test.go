package integration

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// withoutCommand takes the command of the step build away. Nobody listens where its image is said to be. Who looks images up where they
// are is in package registry, below this one.
func withoutCommand() func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Containers[2].Command, p.Spec.Containers[2].Image = nil, "127.0.0.1:1/build:v1"
		p.Spec.ImagePullSecrets = []corev1.LocalObjectReference{{Name: "absent"}}
	}
}

func TestAStepWhoseImageCannotBeLookedUpIsDenied(t *testing.T) {
	err := admin.Create(t.Context(), makePod(makeNamespace(t, optedIn), withSteps(), withoutCommand()))
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	require.ErrorContains(t, err, "spec.containers[2].command: Required value: step build names no command, and what its image 127.0.0.1:1/build:v1 runs "+
		"is not known: asking registry 127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused; set the command here, or as "+
		"orderly.dev/commands: {build: [PROGRAM, ARGUMENT]}")
}

func TestTheAnnotationCommandsNeedsNoLookUp(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	pod := makePod(namespace, annotated(map[string]string{"orderly.dev/steps": "fetch, build", "orderly.dev/commands": "{build: [make, all]}"}), withoutCommand())
	requireRewritten(t, mustCreate(t, pod), "build")
}

func TestAJobNeedsNoLookUp(t *testing.T) {
	job := mustCreate(t, makeJob(makeNamespace(t, optedIn), withSteps(), withoutCommand()))
	require.Empty(t, job.Spec.Template.Spec.Containers[2].Command)
}
