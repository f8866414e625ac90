package contract

import "strings"

// A gate keeps containers waiting until the companion loop has said READY in an annotation of the Pod, which the downward API shows as a
// file. There is one for the first steps of a Pod ([AnnotationReady], [ReadyFile]), and one for each container that waits for something
// by itself.

const (
	// GatePrefix is before the name of a container in the annotation of its gate.
	GatePrefix = "ready." + Prefix
	// GatesDir is where the gates of single containers are.
	GatesDir = ReadyDir + "/for"
	// WaitContainer is the init container that waits for a Pod without steps. Its gate is that of any container with this name.
	WaitContainer = "orderly-wait"
	// SchedulingGate holds a Pod in the queue of the scheduler (orderly.dev/hold: queue).
	SchedulingGate = Prefix + "hold"
)

// Conditions of a Pod that the companion loop writes.
const (
	// ConditionReady is False while a gate of the Pod is closed, with what is missing in its message, and True when all are open.
	ConditionReady = Prefix + "Ready"
	// ConditionFinished is True when every step has ended for good.
	ConditionFinished = Prefix + "Finished"
	// ConditionCancelled is True when the Pod is being ended because of what its message says. A rule of a Job's podFailurePolicy on it
	// makes the Job fail at once.
	ConditionCancelled = Prefix + "Cancelled"
)

// GateAnnotation is the gate of the container with that name.
func GateAnnotation(container string) string { return GatePrefix + container }

// GateFile is the same gate as a file.
func GateFile(container string) string { return GatesDir + "/" + container }

// GateOfFile is the annotation that the downward API shows as that file, and false for a file that is no gate.
func GateOfFile(file string) (string, bool) {
	if file == ReadyFile {
		return AnnotationReady, true
	}
	name, forOne := strings.CutPrefix(file, GatesDir+"/")
	return GateAnnotation(name), forOne && IsName(name)
}
