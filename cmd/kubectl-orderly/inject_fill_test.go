package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func mustDecode[T any](t *testing.T, text string) *T {
	t.Helper()
	object := new(T)
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), object))
	return object
}

func requireContainer(t *testing.T, want string, got corev1.Container) {
	t.Helper()
	wanted, err := yaml.Marshal(mustDecode[corev1.Container](t, want))
	require.NoError(t, err)
	text, err := yaml.Marshal(got)
	require.NoError(t, err)
	require.Equal(t, string(wanted), string(text))
}

// The expectations follow SetDefaults_LimitRangeItem, SetDefaults_Pod and the plugin LimitRanger of the API server.
func TestWhatTheAPIServerFillsInIsTakenBack(t *testing.T) {
	for _, tc := range []struct{ name, limits, container, filled string }{
		{"nothing", "[]", "{name: c, resources: {}}", "{name: c, resources: {}}"},
		{
			"requests of limits", "[]", "{name: c, resources: {limits: {cpu: 1, memory: 1Gi}, requests: {memory: 1Mi}}}",
			"{name: c, resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 1, memory: 1Mi}}}",
		},
		{
			"defaults of the namespace", "[{type: Container, default: {cpu: 2}, defaultRequest: {cpu: 100m}}, {type: Pod, max: {cpu: 9}}]",
			"{name: c, resources: {}}", "{name: c, resources: {limits: {cpu: 2}, requests: {cpu: 100m}}}",
		},
		{
			"limits that are given come before requests of the namespace", "[{type: Container, defaultRequest: {cpu: 100m}}]",
			"{name: c, resources: {limits: {cpu: 1}}}", "{name: c, resources: {limits: {cpu: 1}, requests: {cpu: 1}}}",
		},
		{
			"a maximum is a default", "[{type: Container, max: {cpu: 2}, min: {memory: 1Mi}}]",
			"{name: c, resources: {}}", "{name: c, resources: {limits: {cpu: 2}, requests: {cpu: 2, memory: 1Mi}}}",
		},
		{
			"the first LimitRange wins", "[{type: Container, defaultRequest: {cpu: 100m}}, {type: Container, defaultRequest: {cpu: 200m, memory: 1Mi}}]",
			"{name: c, resources: {}}", "{name: c, resources: {requests: {cpu: 100m, memory: 1Mi}}}",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			limits := *mustDecode[[]corev1.LimitRangeItem](t, tc.limits)
			for i := range limits {
				fillLimits(&limits[i])
			}
			spec := &corev1.PodSpec{InitContainers: []corev1.Container{*mustDecode[corev1.Container](t, tc.container)}}
			takeBack := fillResources(limits)(spec)
			requireContainer(t, tc.filled, spec.InitContainers[0])
			require.Equal(t, corev1.RestartPolicyAlways, spec.RestartPolicy)
			takeBack(spec)
			requireContainer(t, tc.container, spec.InitContainers[0])
			require.Empty(t, spec.RestartPolicy)
		})
	}
}

func TestWhatAdmissionChangedIsNotTakenBack(t *testing.T) {
	for _, tc := range []struct{ name, limits, container, changed string }{
		{"a smaller request", "[]", "{name: c, resources: {limits: {cpu: 1}}}", "{name: c, resources: {limits: {cpu: 1}, requests: {cpu: 0}}}"},
		{
			"a limit, on which a request would depend", "[{type: Container, defaultRequest: {cpu: 100m}}]", "{name: c, resources: {}}",
			"{name: c, resources: {limits: {cpu: 1}, requests: {cpu: 100m}}}",
		},
		{"another container", "[{type: Container, defaultRequest: {cpu: 100m}}]", "{name: c, resources: {}}", "{name: d, resources: {requests: {cpu: 100m}}}"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			spec := &corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{*mustDecode[corev1.Container](t, tc.container)}}
			takeBack := fillResources(*mustDecode[[]corev1.LimitRangeItem](t, tc.limits))(spec)
			spec.Containers[0] = *mustDecode[corev1.Container](t, tc.changed)
			takeBack(spec)
			requireContainer(t, tc.changed, spec.Containers[0])
			require.Equal(t, corev1.RestartPolicyNever, spec.RestartPolicy)
		})
	}
}
