package timeline

import (
	"fmt"
	"strings"

	"orderly.dev/mutate/contract"
)

// advice is shown in place of a table for a Pod in which Orderly has no part.
func advice(t Timeline) string {
	if t.Endless {
		return withKeys(t, "Orderly did not rewrite this Pod, so it waits for nothing. To let it wait for what it needs, opt the namespace in\n",
			"and annotate the template of what makes it:\n", contract.AnnotationWaitFor, "- service: mariadb") +
			"\nFor steps its restartPolicy must be Never or OnFailure; this Pod's is Always.\n"
	}
	var names []string
	for _, c := range t.Containers {
		if c.Kind != Initial && c.Kind != Native {
			names = append(names, c.Name)
		}
	}
	return withKeys(t, "Orderly did not rewrite this Pod, so its containers run side by side. To give them an order, opt the namespace in\n",
		"and annotate the Pod, or the template of the Job that makes it, before it is created:\n",
		contract.AnnotationSteps, strings.Join(names, ", ")) +
		"\nContainers that are not named there are sidecars.\n"
}

// withKeys shows a label and an annotation to be copied. The API server has checked the names in them.
func withKeys(t Timeline, opening, then, annotation, value string) string {
	return opening +
		fmt.Sprintf("\n    kubectl label namespace %s %s=%s\n\n", t.Namespace, contract.LabelInject, contract.InjectEnabled) +
		then +
		fmt.Sprintf("\n    %s: %q\n", annotation, value)
}
