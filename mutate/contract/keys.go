package contract

import "slices"

// Prefix is the domain of every label, annotation and condition of Orderly.
const Prefix = "orderly.dev/"

// Labels. Their meaning stands in [Keys].
const (
	LabelInject  = Prefix + "inject"
	LabelManaged = Prefix + "managed"
)

// Values of labels and annotations.
const (
	InjectEnabled = "enabled" // LabelInject on a Namespace
	InjectYes     = "true"    // LabelInject on an object
	InjectNo      = "false"   // LabelInject on an object
	ManagedYes    = "true"    // LabelManaged
	ReadyValue    = "READY"   // AnnotationReady, and the gates of single containers
	HoldQueue     = "queue"   // AnnotationHold
	EventsBrief   = "brief"   // AnnotationEvents
	EventsAll     = "all"     // AnnotationEvents
)

// Annotations. Their meaning stands in [Keys].
const (
	AnnotationSteps              = Prefix + "steps"
	AnnotationWaitFor            = Prefix + "wait-for"
	AnnotationWaitTimeout        = Prefix + "wait-timeout"
	AnnotationHold               = Prefix + "hold"
	AnnotationConfig             = Prefix + "config"
	AnnotationClone              = Prefix + "clone"
	AnnotationSSHHostKeys        = Prefix + "ssh-host-keys"
	AnnotationEnvPrefix          = Prefix + "env-prefix"
	AnnotationProjected          = Prefix + "projected"
	AnnotationCompat             = Prefix + "compat"
	AnnotationEvents             = Prefix + "events"
	AnnotationFailFast           = Prefix + "fail-fast"
	AnnotationRequests           = Prefix + "requests"
	AnnotationHome               = Prefix + "home"
	AnnotationWorkspace          = Prefix + "workspace"
	AnnotationResults            = Prefix + "results"
	AnnotationSidecarStop        = Prefix + "sidecar-stop"
	AnnotationSidecarGrace       = Prefix + "sidecar-grace"
	AnnotationLogPrefix          = Prefix + "log-prefix"
	AnnotationCommands           = Prefix + "commands"
	AnnotationReady              = Prefix + "ready"
	AnnotationCancel             = Prefix + "cancel"
	AnnotationDead               = Prefix + "dead"
	AnnotationStatus             = Prefix + "status"
	AnnotationResult             = Prefix + "result"
	AnnotationFromOwner          = Prefix + "from-owner"
	AnnotationOnce               = Prefix + "once"
	AnnotationResolvedSteps      = Prefix + "resolved-steps"
	AnnotationResolvedWaits      = Prefix + "resolved-waits"
	AnnotationShareReadinessWith = Prefix + "share-readiness-with"
)

// Origin tells who writes a key.
type Origin string

const (
	// ByUser marks a key that configures; only these make an object ask for Orderly.
	ByUser Origin = "user"
	// ByOrderly marks a key that Orderly writes; what a user puts there is replaced at admission.
	ByOrderly Origin = "orderly"
)

// Key is one label or annotation of the users' contract.
type Key struct {
	Name string
	// Origin tells who writes it.
	Origin Origin
	// Meaning is one line for documentation and messages.
	Meaning string
}

// Keys lists every label and annotation, in the order of the documentation.
func Keys() []Key { return slices.Clone(keys) }

var keys = []Key{
	{LabelInject, ByUser, "opts a namespace in (enabled); asks for (true) or refuses (false) the rewriting of an object"},
	{AnnotationSteps, ByUser, "which containers run in which order, see below"},
	{AnnotationWaitFor, ByUser, "what must be true before anything runs, see below"},
	{AnnotationWaitTimeout, ByUser, "how long to wait for each of it, such as 10m (default 1h)"},
	{AnnotationHold, ByUser, "queue: wait for it before the Pod is scheduled, without a node"},
	{AnnotationShareReadinessWith, ByUser, "on a Namespace: the namespaces whose Pods may wait for objects here, such as a, b, or * for all"},
	{AnnotationConfig, ByUser, "configuration files that are made of templates, see below"},
	{AnnotationClone, ByUser, "repositories that are in place before anything runs, see below"},
	{AnnotationSSHHostKeys, ByUser, "how host keys of git servers are checked: strict (default: known_hosts of the Secret), or accept-new"},
	{AnnotationEnvPrefix, ByUser, "first part of the names of the variables that tell about the repositories (default ORDERLY_)"},
	{AnnotationProjected, ByUser, "many ConfigMaps and Secrets in one directory, see below"},
	{AnnotationRequests, ByUser, "max: of steps that cannot run together only the heaviest ask for resources; sum (default): as written"},
	{AnnotationOnce, ByUser, "true, on a Job or CronJob: exactly one Pod, never a second try (parallelism 1, completions 1, backoffLimit 0, restartPolicy Never)"},
	{AnnotationHome, ByUser, "true: HOME is a directory that all steps share, where a step sets none of its own"},
	{AnnotationWorkspace, ByUser, "mount path of an empty directory that all steps share, such as /workspace"},
	{AnnotationResults, ByUser, "{build: [version, digest]}: files in /builder/results that a step leaves, for its termination message"},
	{AnnotationSidecarStop, ByUser, "how sidecars end: native, signal (by the wrapper), nop (by a change of image), or auto (default)"},
	{AnnotationSidecarGrace, ByUser, "time from the stop signal to SIGKILL for sidecars that are wrapped, such as 10s"},
	{AnnotationCommands, ByUser, "{build: [make, all]}: the command of a container without one, in place of what its image says"},
	{AnnotationLogPrefix, ByUser, "true: every line of a step's output starts with the number of its stage and its name"},
	{AnnotationFailFast, ByUser, "false: a failed step does not end the other steps of its stage"},
	{AnnotationEvents, ByUser, "brief (default): an Event for the end of each step and for what went wrong; all: also for each start and each container that became ready"},
	{AnnotationCompat, ByUser, "kubernetes-entrypoint: the environment of that tool is understood; git-events-runner: its variables are set, beside those of orderly.dev/clone"},
	{AnnotationCancel, ByOrderly, "ends every step, its value is the reason; you may set it too (`kubectl annotate pod NAME orderly.dev/cancel=REASON`)"},
	{AnnotationReady, ByOrderly, "READY: the first steps may run"},
	{AnnotationDead, ByOrderly, "steps that ended for good without a marker, one per line"},
	{AnnotationStatus, ByOrderly, "what was understood, and the version that did it"},
	{AnnotationResult, ByOrderly, "how the steps ended, as JSON, when all have"},
	{AnnotationFromOwner, ByOrderly, "what the owners of a Pod ask for"},
	{AnnotationResolvedSteps, ByOrderly, "the containers of the owner's template, and which of them are steps"},
	{AnnotationResolvedWaits, ByOrderly, "all that the Pod waits for, whoever asked for it, each with its timeout"},
	{LabelManaged, ByOrderly, "this Pod was rewritten"},
}

// FindKey returns the key of that name. The gates of single containers, see [GateAnnotation], are not keys of this table.
func FindKey(name string) (Key, bool) {
	i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return keys[i], true
}
