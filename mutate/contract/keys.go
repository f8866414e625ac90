package contract

import (
	"slices"
	"strings"
)

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
)

// Annotations. Their meaning stands in [Keys].
const (
	AnnotationSteps         = Prefix + "steps"
	AnnotationReady         = Prefix + "ready"
	AnnotationCancel        = Prefix + "cancel"
	AnnotationDead          = Prefix + "dead"
	AnnotationStatus        = Prefix + "status"
	AnnotationResult        = Prefix + "result"
	AnnotationFromOwner     = Prefix + "from-owner"
	AnnotationResolvedSteps = Prefix + "resolved-steps"
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
	// Supported is false for keys that are part of the contract but not of this version. A user's is refused at admission,
	// because ignoring what was asked for would be worse; one of Orderly's is not written, and means nothing.
	Supported bool
	// Meaning is one line for documentation and messages.
	Meaning string
}

// Keys lists every label and annotation, in the order of the documentation.
func Keys() []Key { return slices.Clone(keys) }

var keys = []Key{
	{LabelInject, ByUser, true, "opts a namespace in (enabled); asks for (true) or refuses (false) the rewriting of an object"},
	{AnnotationSteps, ByUser, true, "which containers run in which order"},
	{Prefix + "wait-for", ByUser, false, "what must be true before anything runs"},
	{Prefix + "wait-timeout", ByUser, false, "how long to wait for it"},
	{Prefix + "hold", ByUser, false, "wait in the queue, without a node"},
	{Prefix + "share-readiness-with", ByUser, false, "namespaces that may wait for objects of this one"},
	{Prefix + "config", ByUser, false, "templated configuration files"},
	{Prefix + "clone", ByUser, false, "repositories in place before anything runs"},
	{Prefix + "ssh-host-keys", ByUser, false, "how host keys of git servers are checked"},
	{Prefix + "env-prefix", ByUser, false, "prefix of the variables that describe the repositories"},
	{Prefix + "projected", ByUser, false, "many ConfigMaps and Secrets in one directory"},
	{Prefix + "requests", ByUser, false, "how the resource requests of steps add up"},
	{Prefix + "once", ByUser, false, "a Job that runs exactly one Pod"},
	{Prefix + "home", ByUser, false, "a shared home directory"},
	{Prefix + "workspace", ByUser, false, "mount path of the shared workspace"},
	{Prefix + "results", ByUser, false, "files that a step leaves to be published on the Pod"},
	{Prefix + "sidecar-stop", ByUser, false, "how sidecars end"},
	{Prefix + "sidecar-grace", ByUser, false, "time from a sidecar's stop signal to SIGKILL"},
	{Prefix + "commands", ByUser, false, "commands of containers whose images cannot be looked up"},
	{Prefix + "log-prefix", ByUser, false, "prefix of every line of a step's output"},
	{Prefix + "fail-fast", ByUser, false, "whether a failed step ends the other steps of its stage"},
	{Prefix + "events", ByUser, false, "which Events are written"},
	{Prefix + "compat", ByUser, false, "other tools whose configuration is understood"},
	{AnnotationCancel, ByOrderly, false, "ends every step; its value is the reason"},
	{AnnotationReady, ByOrderly, true, "READY: the first steps may run"},
	{AnnotationDead, ByOrderly, false, "steps that ended for good without a marker, one per line"},
	{AnnotationStatus, ByOrderly, true, "what was understood, and the version that did it"},
	{AnnotationResult, ByOrderly, false, "how the steps ended"},
	{AnnotationFromOwner, ByOrderly, false, "what the owners of a Pod ask for"},
	{AnnotationResolvedSteps, ByOrderly, true, "the containers of the owner's template, and which of them are steps"},
	{LabelManaged, ByOrderly, true, "this Pod was rewritten"},
}

// FindKey returns the key of that name. Gates of single containers (ready.orderly.dev/…) are not keys of this table.
func FindKey(name string) (Key, bool) {
	i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return keys[i], true
}

// Asks reports whether an object with these labels and annotations wants to be rewritten: it has the label
// [LabelInject] = "true" or any annotation of a user's under [Prefix]. Unknown annotations count, so that a spelling
// mistake is reported rather than ignored. The label "false" refuses whatever else is there.
func Asks(labels, annotations map[string]string) bool {
	switch labels[LabelInject] {
	case InjectNo:
		return false
	case InjectYes:
		return true
	}
	for name := range annotations {
		if !strings.HasPrefix(name, Prefix) {
			continue
		}
		if key, known := FindKey(name); !known || key.Origin == ByUser {
			return true
		}
	}
	return false
}
