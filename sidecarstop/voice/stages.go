package voice

import "slices"

// worst orders how steps ended, what matters most first.
var worst = []Status{StatusKilled, StatusFailed, StatusTerminated, StatusCancelled, StatusNotStarted, StatusSkipped, StatusContinued, StatusCompleted}

// stagesOf joins the steps of each stage. Steps come in the order of their stages.
func stagesOf(steps []step) []StageResult {
	var stages []StageResult
	for len(steps) > 0 {
		end := slices.IndexFunc(steps, func(s step) bool { return s.stage != steps[0].stage })
		if end < 0 {
			end = len(steps)
		}
		stages = append(stages, stageOf(steps[:end]))
		steps = steps[end:]
	}
	return stages
}

func stageOf(steps []step) StageResult {
	whole := spanOf(steps)
	r := StageResult{Stage: steps[0].stage, StartedAt: stamp(whole.from)}
	decisive := steps[0]
	for _, s := range steps {
		r.Steps = append(r.Steps, s.Name)
		r.Attempts = max(r.Attempts, s.tries)
		if slices.Index(worst, s.status) < slices.Index(worst, decisive.status) {
			decisive = s
		}
	}
	if r.Status = decisive.status; r.Status != StatusCompleted {
		of := decisive.result()
		r.Step, r.Reason, r.ExitCode = of.Name, of.Reason, of.ExitCode
	}
	if took, is := whole.took(); is {
		r.Duration = short(took)
	}
	return r
}
