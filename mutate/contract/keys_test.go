package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestObjectsThatAsk(t *testing.T) {
	for _, tc := range []struct {
		name                string
		labels, annotations map[string]string
		want                bool
	}{
		{"no labels and no annotations", nil, nil, false},
		{"labels and annotations of others", map[string]string{"app": "x"}, map[string]string{"example.com/steps": "a"}, false},
		{"the label", map[string]string{contract.LabelInject: "true"}, nil, true},
		{"an annotation", nil, map[string]string{contract.AnnotationSteps: "a"}, true},
		{"a misspelt annotation", nil, map[string]string{"orderly.dev/stesp": "a"}, true},
		{"an annotation that Orderly wrote", nil, map[string]string{contract.AnnotationStatus: "x"}, false},
		{"the opt-out beats an annotation", map[string]string{contract.LabelInject: "false"}, map[string]string{contract.AnnotationSteps: "a"}, false},
		{"an unknown value of the label", map[string]string{contract.LabelInject: "yes"}, nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, contract.Asks(tc.labels, tc.annotations))
		})
	}
}

func TestNoKeyStandsTwice(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range contract.Keys() {
		require.False(t, seen[k.Name], k.Name)
		seen[k.Name] = true
	}
}
