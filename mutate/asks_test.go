package mutate_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

func TestPodsThatAsk(t *testing.T) {
	yes, no := map[string]string{contract.LabelInject: "true"}, map[string]string{contract.LabelInject: "false"}
	told := func(text string) map[string]string { return map[string]string{contract.AnnotationFromOwner: text} }
	for _, tc := range []struct {
		name                string
		labels, annotations map[string]string
		want                bool
	}{
		{"no labels and no annotations", nil, nil, false},
		{"labels and annotations of others", map[string]string{"app": "x"}, map[string]string{"example.com/steps": "a"}, false},
		{"the label", yes, nil, true},
		{"an annotation", nil, map[string]string{contract.AnnotationSteps: "a"}, true},
		{"a misspelt annotation", nil, map[string]string{"orderly.dev/stesp": "a"}, true},
		{"an annotation that Orderly wrote", nil, map[string]string{contract.AnnotationStatus: "x"}, false},
		{"the opt-out beats an annotation", no, map[string]string{contract.AnnotationSteps: "a"}, false},
		{"an unknown value of the label", map[string]string{contract.LabelInject: "yes"}, nil, false},
		{"an annotation of an owner", nil, told(`{"orderly.dev/steps":"a"}`), true},
		{"the label of an owner", nil, told(`{"orderly.dev/inject":"true"}`), true},
		{"the opt-out of an owner beats the label", yes, told(`{"orderly.dev/inject":"false"}`), false},
		{"the opt-out beats an owner", no, told(`{"orderly.dev/inject":"true"}`), false},
		{"an owner that asks for nothing", nil, told(`{}`), false},
		{"an owner that nobody understands", nil, told(`[`), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Labels: tc.labels, Annotations: tc.annotations}}
			require.Equal(t, tc.want, mutate.Asks(pod))
		})
	}
}
