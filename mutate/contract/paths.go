package contract

import "path"

// Paths inside a container. [Root] is reserved: nothing of the user's may be mounted at or below it.
const (
	Root         = "/builder"
	BinDir       = Root + "/bin"     // the tools, read-only
	RunDir       = Root + "/run"     // one directory per wrapped container: read-only, but for the container's own
	ReadyDir     = Root + "/ready"   // annotations of the Pod as files, by the downward API
	ResultsDir   = Root + "/results" // where a step leaves its results, in a step that has any
	HomeDir      = Root + "/home"    // a home directory that all steps share
	TreesDir     = Root + "/trees"   // in the cloner: the volume of which the steps see the part TreeSubPath as their workspace
	SecretsDir   = Root + "/secrets" // in the cloner: one directory per Secret, by its name, read-only
	PrivateDir   = Root + "/private" // in the cloner: in memory, for what only it may know
	WrapperPath  = BinDir + "/entrypoint"
	ToolsWrapper = "/entrypoint" // the wrapper in its own image
	ToolsNop     = "/nop"        // what exits 0, in the same image
	ToolsCloner  = "/gitclone"   // the cloner in its own image
	ReadyFile    = ReadyDir + "/ready"
	CancelFile   = ReadyDir + "/cancel"
	DeadFile     = ReadyDir + "/dead"
	markerName   = "done"
	failedSuffix = ".err"
	lockName     = "lock"
	startedName  = "started"
	resultsName  = "results"
)

const (
	// CloneContainer is the init container that clones repositories.
	CloneContainer = "orderly-clone"
	// CloneEnvFile holds what it found out, for -env_file.
	CloneEnvFile = RunDir + "/" + CloneContainer + "/env"
	// TreeSubPath is the part of the workspace's volume that the steps see where there are repositories. What else the volume holds is
	// the cloner's: what is half done, and what is known to be whole.
	TreeSubPath = "tree"
	// PasswdFile is where /etc/passwd of the cloner's image leads to, because ssh refuses to run for a user that is not in it.
	PasswdFile = PrivateDir + "/passwd"
)

// StepDir is the directory that only the given container may write.
func StepDir(container string) string { return path.Join(RunDir, container) }

// MarkerFile is the file that says that the step of the given container, and everything before it, went well. [FailedFile] of
// it says that something did not. Exactly one of them appears, when the step has ended for good.
func MarkerFile(container string) string { return path.Join(StepDir(container), markerName) }

// FailedFile is the counterpart of a marker file for a step that did not go well, or that passes on a failure.
func FailedFile(marker string) string { return marker + failedSuffix }

// LockFile is the lock that the wrapper of the step with this marker file holds while it lives. The kernel releases it
// however the wrapper dies.
func LockFile(marker string) string { return path.Join(path.Dir(marker), lockName) }

// StartedFile is the file that the wrapper of the given container makes just before its command starts, for [VerbProbe].
func StartedFile(container string) string { return path.Join(StepDir(container), startedName) }

// ResultsSubPath is where, in the volume of [RunDir], the results of the given container lie. It is what is mounted at [ResultsDir].
func ResultsSubPath(container string) string { return path.Join(container, resultsName) }
