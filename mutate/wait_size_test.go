package mutate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

// growing gives an entry with values that are longer when they are written down again.
func growing(number int) string {
	fields := make([]string, 4)
	for i := range fields {
		fields[i] = fmt.Sprintf("{key: k%d, value: \"%s\"}", i, strings.Repeat("\u200b", 250))
	}
	return fmt.Sprintf("{resource: {apiVersion: a.b/v1, kind: Foo, name: f%d}, fields: [%s]}", number, list(fields))
}

func TestWhatIsWaitedForFitsIntoThePod(t *testing.T) {
	var resources, files, templates []string
	for i := range 19 {
		templates = append(templates, fmt.Sprintf("{from: /t, to: /%s%d, for: [%s]}", strings.Repeat("p", 1500), i, list(numbered("n", 100))))
		resources = append(resources, growing(i))
		files = append(files, fmt.Sprintf("{file: /%s%d, for: [%s]}", strings.Repeat("p", 1500), i, list(numbered("n", 100))))
	}
	for _, tc := range []struct {
		name, key, text, want string
	}{
		{"what the companion loop could not read again", contract.AnnotationWaitFor, "[" + list(resources) + "]",
			"metadata.annotations[orderly.dev/wait-for]: Invalid value: all that the Pod waits for, as it is written down for the " +
				"companion loop, cannot be read again (may not be more than 64000 bytes; write a list such as \"- service: mariadb\"); wait for less"},
		{"what is said in too many containers", contract.AnnotationWaitFor, "[" + list(files) + "]",
			"metadata.annotations[orderly.dev/wait-for]: Invalid value: what the containers are told of sockets, files, addresses and templates takes " +
				"2854700 bytes, but may take at most 262144; name fewer containers in for, or shorter paths"},
		{"files that are made in too many containers", contract.AnnotationConfig, "[" + list(templates) + "]",
			"metadata.annotations[orderly.dev/config]: Invalid value: what the containers are told of sockets, files, addresses and templates takes " +
				"2860400 bytes, but may take at most 262144; name fewer containers in for, or shorter paths"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod("", numbered("n", 100)...)
			pod.Annotations = map[string]string{tc.key: tc.text}
			_, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
			require.EqualError(t, errs.ToAggregate(), tc.want)
		})
	}
}

func TestTheWaiterDoesNotCountAsAContainer(t *testing.T) {
	most := makePod("", numbered("n", 250)...)
	most.Annotations = map[string]string{contract.AnnotationWaitFor: "[{service: a}]"}
	once := mustMutate(t, most, makeConfig())
	require.Len(t, once.Spec.InitContainers, 1)
	requireEqual(t, once, mustMutate(t, once, makeConfig()), "rewriting twice is not rewriting once")
}
