package mutate

import "orderly.dev/mutate/contract"

// noticeRunIf: a step that is there for failures, but waits for nothing that could fail, never runs.
func noticeRunIf(_ subject, d decision) []string {
	var idle []string
	for i, step := range d.plan.steps {
		if step.form.runIf == contract.RunOnFailure && d.plan.graph.all[i] == (set{}) {
			idle = append(idle, step.name)
		}
	}
	if len(idle) == 0 {
		return nil
	}
	return []string{"runIf: failure of " + enumerate(idle) + " means never: nothing comes before it that could fail; " +
		"move it down, or say in after what it is for"}
}
