package mutate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

func TestDeliveryIsReadFromConfiguration(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       mutate.Delivery
	}{
		{"nothing means the image volume", "", mutate.ImageVolume},
		{"the image volume", "imageVolume", mutate.ImageVolume},
		{"the init container", "initContainer", mutate.InitContainer},
		{"whatever the nodes can", "auto", mutate.DeliveryAuto},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := mutate.ParseDelivery(tc.text)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
	_, err := mutate.ParseDelivery("floppy")
	require.EqualError(t, err, `reading the delivery "floppy": it must be auto, imageVolume or initContainer`)
}

func TestPodOfAJobIsUnderstoodAsTheJobWas(t *testing.T) {
	job := &batchv1.Job{}
	pod := makePod("a, b", "proxy", "a", "b")
	job.Spec.Template = corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec}
	ofJob, errs := mutate.Job(job, makeConfig(), mutate.Facts{})
	require.Empty(t, errs)

	template := ofJob.Object.Spec.Template
	made := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	made.Spec.Containers = append(made.Spec.Containers, makeContainer("injected"))
	ofPod, errs := mutate.Pod(made, makeConfig(), mutate.Facts{})
	require.Empty(t, errs)
	require.Equal(t, "steps: a → b; sidecars: proxy", ofJob.Summary)
	require.Equal(t, "steps: a → b; sidecars: proxy injected", ofPod.Summary)
}

func TestWarningsAreNotLongerThanTheAPIServerAllows(t *testing.T) {
	var names []string
	for i := range 60 {
		names = append(names, fmt.Sprintf("step-%d", i))
	}
	result, errs := mutate.Pod(makePod(strings.Join(names, ", "), names...), makeConfig(), mutate.Facts{})
	require.Empty(t, errs)
	require.Len(t, []rune(result.Warnings[0]), 256)
	require.True(t, strings.HasPrefix(result.Warnings[0], "steps: step-0 → step-1 → "))
	require.Equal(t, "v1: "+result.Summary, result.Object.Annotations[contract.AnnotationStatus])
}

func TestNumberOfMountsDoesNotGrowWithTheNumberOfSteps(t *testing.T) {
	for _, steps := range []int{1, 50} {
		var names []string
		for i := range steps {
			names = append(names, fmt.Sprintf("step-%d", i))
		}
		result, errs := mutate.Pod(makePod(strings.Join(names, ", "), names...), makeConfig(), mutate.Facts{})
		require.Empty(t, errs)
		for _, c := range result.Object.Spec.Containers {
			require.Len(t, c.VolumeMounts, 4)
		}
	}
}

func TestWrappedCommandsAreWhatTheWrapperReads(t *testing.T) {
	long := strings.Repeat("x", 63)
	result, errs := mutate.Pod(makePod("ready, "+long, "ready", long), makeConfig(), mutate.Facts{})
	require.Empty(t, errs)
	command := result.Object.Spec.Containers[1].Command
	require.Equal(t, contract.WrapperPath, command[0])
	got, problems := contract.ParseOptions(command[1:])
	require.Empty(t, problems)
	require.Equal(t, contract.Options{
		WaitFiles:       []string{contract.MarkerFile("ready")},
		PostFile:        contract.MarkerFile(long),
		CancelFiles:     []string{contract.CancelFile},
		DeadFile:        contract.DeadFile,
		Step:            long,
		TerminationPath: "/dev/termination-log",
		Entrypoint:      "sh",
		Args:            []string{"-c"},
	}, got)
}

func BenchmarkPod(b *testing.B) {
	for _, containers := range []int{5, 20} {
		var names []string
		for i := range containers - 1 {
			names = append(names, fmt.Sprintf("step-%d", i))
		}
		pod := makePod(strings.Join(names, ", "), append(names, "proxy")...)
		b.Run(fmt.Sprintf("containers=%d", containers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{}); len(errs) > 0 {
					b.Fatal(errs)
				}
			}
		})
	}
}
