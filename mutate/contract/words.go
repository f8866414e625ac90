package contract

// RunIf says whether a step runs, given how everything before it ended.
type RunIf string

const (
	// RunOnSuccess runs a step when everything before it, directly or not, went well. The default.
	RunOnSuccess RunIf = "success"
	// RunOnFailure runs it when something did not.
	RunOnFailure RunIf = "failure"
	// RunAlways runs it whatever happened, but for a stop from outside and the Pod's cancel.
	RunAlways RunIf = "always"
)

// OnError says what becomes of a step's own failure.
type OnError string

const (
	// ErrorFails passes the failure on. The default.
	ErrorFails OnError = "fail"
	// ErrorContinues records the exit code; the container exits 0, and what follows runs.
	ErrorContinues OnError = "continue"
)

// StopBy says who ends a sidecar when the steps have ended.
type StopBy string

const (
	// StopBySelf leaves it to the wrapper. The default.
	StopBySelf StopBy = "self"
	// StopByKubelet leaves it to the kubelet, which runs the preStop hook; the stop files count at the start only.
	StopByKubelet StopBy = "kubelet"
)

// Verbs are what the wrapper does besides running a command. The verb is its first argument.
const (
	VerbInstall = "install" // install DST: copies itself
	VerbProbe   = "probe"   // probe -started F -- CMD ARGS…: passes until F is there, then runs the command
)
