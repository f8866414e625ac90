package voice

// Reasons of Events that this package says. Users may rely on them, as on the names of fields.
const (
	// StepCompleted says that a step ran and ended well.
	StepCompleted Reason = "StepCompleted"
	// StepFailed says that a step failed, or one try of it where the kubelet starts it again. It is a Warning, but for a step whose failure
	// counts for nothing (onError: continue).
	StepFailed Reason = "StepFailed"
	// StepKilled says that a step's container ended without a word of its own: it was killed, or could never be started. A Warning.
	StepKilled Reason = "StepKilled"
	// StepCancelled says that a step was ended while it ran, by the Pod's cancel, by a sibling's failure or from outside. A Warning.
	StepCancelled Reason = "StepCancelled"
	// CloneFailed says that repositories could not be cloned, so that nothing else of the Pod starts: which, what git said, and what to do. There is one for
	// each try, in a Pod of any restartPolicy. A Warning.
	CloneFailed Reason = "CloneFailed"
	// Finished says how the steps of a Pod ended, on the Job that owns it. A Warning unless all went well.
	Finished Reason = "Finished"

	// StepStarted says that the command of a step runs. Only with orderly.dev/events: all, as those that follow.
	StepStarted Reason = "StepStarted"
	// StepSkipped says that a step's command will not run.
	StepSkipped Reason = "StepSkipped"
	// ContainerReady says that a container became ready, or that an ordinary init container ended well.
	ContainerReady Reason = "ContainerReady"
)

// Actions of the same Events: what they report, in the words of the Events API.
const (
	actionRun   = "RunStep"
	actionSkip  = "SkipStep"
	actionEnd   = "EndSteps"
	actionClone = "CloneRepositories"
	actionStart = "StartContainer"
)

// Reasons of the condition orderly.dev/Finished, and [Result.Outcome].
const (
	// Succeeded is for steps that all went well, or were healed, or were not needed.
	Succeeded = "Succeeded"
	// Failed is for steps of which one failed, was killed or was stopped from outside.
	Failed = "Failed"
	// Cancelled is for steps that ended because their Pod was cancelled, none having failed by itself.
	Cancelled = "Cancelled"
)
