package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate"
)

const toolsImage = "registry.example/tools:v1"

// makeOwnerReview asks about an update; an object of nil is left out.
func makeOwnerReview(t *testing.T, kind metav1.GroupVersionKind, object, old any) *admissionv1.AdmissionReview {
	t.Helper()
	encode := func(object any) []byte {
		if object == nil {
			return nil
		}
		raw, err := json.Marshal(object)
		require.NoError(t, err)
		return raw
	}
	return makeReview(t, func(r *admissionv1.AdmissionRequest) {
		r.Kind, r.Operation = kind, admissionv1.Update
		r.Object.Raw, r.OldObject.Raw = encode(object), encode(old)
	})
}

var (
	jobKind        = metav1.GroupVersionKind{Group: "batch", Version: "v1", Kind: "Job"}
	deploymentKind = metav1.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}
)

func makeJob(steps string) *batchv1.Job {
	job := &batchv1.Job{TypeMeta: metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"}}
	job.Name, job.Annotations = "j", map[string]string{"orderly.dev/steps": steps}
	job.Spec.Template.Spec = corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyNever, Containers: []corev1.Container{{Name: "a", Image: "i", Command: []string{"c"}}},
	}
	return job
}

func TestUpdatesAreDecidedWithTheOldObject(t *testing.T) {
	unreachable := func(context.Context, *corev1.Pod, *mutate.Facts) error { return errors.New("unreachable") }
	deciders := Deciders{Jobs: Jobs(mutate.Config{ToolsImage: toolsImage}, unreachable)}
	queued := makeJob("a")
	queued.Spec.Suspend = new(true)
	labelled := queued.DeepCopy()
	labelled.Labels = map[string]string{"queue": "q"}
	edited := queued.DeepCopy()
	edited.Annotations["orderly.dev/steps"] = "b"
	for _, tc := range []struct {
		name        string
		object, old any
		want        int32
		warning     string
	}{
		{"an edit of a running Job is warned about, and needs nothing to be found out", makeJob("b"), makeJob("a"), http.StatusOK, "too late"},
		{"a Job that waits is told what it asks for, and needs nothing to be found out", labelled, queued, http.StatusOK, "steps: a"},
		{"an edit of a Job that waits needs facts", edited, queued, http.StatusInternalServerError, ""},
		{"without the old object it is a bad request", makeJob("a"), nil, http.StatusBadRequest, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			response := answerAt(t, JobPath, deciders, makeOwnerReview(t, jobKind, tc.object, tc.old))
			require.Equal(t, tc.want, response.Result.Code, "%s", response.Result.Message)
			require.Equal(t, tc.want == http.StatusOK, response.Allowed)
			if tc.warning != "" {
				require.Len(t, response.Warnings, 1)
				require.Contains(t, response.Warnings[0], tc.warning)
			}
		})
	}
}

func TestWorkloadsAreJudgedWhateverTheirKind(t *testing.T) {
	deciders := Deciders{Workloads: Workloads(mutate.Config{ToolsImage: toolsImage})}
	review := func(annotation string, old any) *admissionv1.AdmissionReview {
		w := &mutate.Workload{}
		w.Name, w.Spec.Template.Annotations = "d", map[string]string{annotation: "x"}
		return makeOwnerReview(t, deploymentKind, w, old)
	}
	response := answerAt(t, WorkloadPath, deciders, review("orderly.dev/stepz", &mutate.Workload{}))
	require.False(t, response.Allowed)
	require.Equal(t, `Deployment "p" is invalid: spec.template.metadata.annotations[orderly.dev/stepz]: Forbidden: `+
		`unknown annotation (did you mean "steps"?); correct or remove it`, response.Result.Message)
	require.Equal(t, "Deployment", response.Result.Details.Kind)

	response = answerAt(t, WorkloadPath, deciders, review("example.com/x", &mutate.Workload{}))
	require.True(t, response.Allowed)
	require.Empty(t, response.Patch)
}
