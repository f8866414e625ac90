package mutate

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func TestTheUserOfTheClonerIsThatOfThePodOrOfTheFirstStep(t *testing.T) {
	user := func(id int64) *int64 { return &id }
	steps := decision{plan: plan{steps: []step{{mention: mention{reference: reference{name: "first"}}}, {mention: mention{reference: reference{name: "second"}}}}}}
	for _, tc := range []struct {
		name          string
		d             decision
		pod           *corev1.PodSecurityContext
		first, second *int64
		want          int64
		wantNonRoot   *bool
	}{
		{"nobody says anything", steps, nil, nil, nil, 65532, new(true)},
		{"the Pod does", steps, &corev1.PodSecurityContext{RunAsUser: user(7)}, user(8), nil, 7, new(true)},
		{"the first step does", steps, &corev1.PodSecurityContext{}, user(8), user(9), 8, new(true)},
		{"the second step does", steps, nil, nil, user(9), 65532, new(true)},
		{"the Pod is root", steps, &corev1.PodSecurityContext{RunAsUser: user(0)}, user(8), nil, 0, nil},
		{"the Pod is root, but says that nobody is", steps, &corev1.PodSecurityContext{RunAsUser: user(0), RunAsNonRoot: new(true)}, nil, nil, 65532, new(true)},
		{"the first step is root", steps, &corev1.PodSecurityContext{RunAsNonRoot: new(false)}, user(0), nil, 0, nil},
		{"the first step is root, but the Pod says that nobody is", steps, &corev1.PodSecurityContext{RunAsNonRoot: new(true)}, user(0), nil, 65532, new(true)},
		{"without steps the first container does", decision{}, nil, nil, user(9), 9, new(true)},
		{"without steps one that others added does not count", decision{config: Config{KnownSidecars: []string{"second"}}}, nil, user(8), user(9), 8, new(true)},
		{"without steps all that there are were added by others", decision{config: Config{KnownSidecars: []string{"first", "second"}}}, nil, user(8), user(9), 65532, new(true)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := &corev1.Pod{Spec: corev1.PodSpec{SecurityContext: tc.pod, Containers: []corev1.Container{{Name: "second"}, {Name: "first"}}}}
			for i, id := range []*int64{tc.second, tc.first} {
				if id != nil {
					pod.Spec.Containers[i].SecurityContext = &corev1.SecurityContext{RunAsUser: id}
				}
			}
			got := clonerSecurity(pod, tc.d)
			require.Equal(t, tc.want, *got.RunAsUser)
			require.Equal(t, tc.wantNonRoot, got.RunAsNonRoot)
			require.False(t, *got.AllowPrivilegeEscalation)
			require.True(t, *got.ReadOnlyRootFilesystem)
			require.Equal(t, []corev1.Capability{"ALL"}, got.Capabilities.Drop)
			require.Equal(t, corev1.SeccompProfileTypeRuntimeDefault, got.SeccompProfile.Type)
		})
	}
}
