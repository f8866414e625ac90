package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

// Another Pod may get the name, as those of a StatefulSet do.
func TestAnotherPodOfTheSameNameIsNotTheOneThatWasAskedFor(t *testing.T) {
	pod := makeRunningPod("p")
	pod.UID = "first"
	client := fake.NewClientset(&pod)
	s, err := (&finder{client: client, namespace: "demo"}).find(t.Context(), target{kind: aPod, name: "p"})
	require.NoError(t, err)
	f := follow(t.Context(), client, s)
	f.waitFor(t, "the Pod", hasPods("p"))
	pod.UID = "second"
	pod.Status.Phase = corev1.PodSucceeded
	_, err = client.CoreV1().Pods("demo").Update(t.Context(), &pod, metav1.UpdateOptions{})
	require.NoError(t, err)
	require.EqualError(t, f.wait(t), "Pod demo/p was deleted")
	read, err := s.read(t.Context(), client)
	require.NoError(t, err)
	require.Empty(t, read.pods)
}
