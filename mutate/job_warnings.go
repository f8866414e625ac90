package mutate

import (
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
)

// jobWarnings tells what may surprise about a Job, beside what its Pods are warned about.
func jobWarnings(spec *batchv1.JobSpec, d decision) []string {
	var warnings []string
	if runsUs := d.plan.any() || d.needsWaiter() || len(d.awaited.shares) > 0 || d.settings.clones(); !runsUs || spec.PodFailurePolicy == nil {
		return warnings
	}
	for i, rule := range spec.PodFailurePolicy.Rules {
		if rule.OnExitCodes != nil && rule.OnExitCodes.ContainerName == nil {
			warnings = append(warnings, fmt.Sprintf("podFailurePolicy.rules[%d] has exit codes but no containerName: it matches any "+
				"container, sidecars too, and the codes 121 to 127 of Orderly's own", i))
		}
	}
	return warnings
}
