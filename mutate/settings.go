package mutate

import (
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract/clone"
)

// settings are the annotations of a subject that say how it runs, but for the order itself; each is read in a file of its own,
// setting_*.go, which says what it means.
type settings struct {
	// commands of containers that name none, by orderly.dev/commands.
	commands namedLists
	// failFast says whether the first failure in a stage ends the other steps of the stage.
	failFast failFast
	// requests says how the requests of steps add up. Empty means [requestsSum].
	requests requestsMode
	// sidecarStop says how sidecars end. Empty means [stopAuto].
	sidecarStop sidecarStop
	// sidecarGrace is the time from the stop signal of a wrapped sidecar to SIGKILL. 0 means that of the Pod.
	sidecarGrace time.Duration
	// home gives the steps a home directory that they share.
	home bool
	// workspace is the path of the directory that the steps share; empty for none.
	workspace string
	// results are the files that steps leave, by the name of the step.
	results namedLists
	// logPrefix puts the step's name before each line of its output.
	logPrefix bool
	// waitTimeout is how long to wait for each thing that has no timeout of its own.
	waitTimeout time.Duration
	// held says that the Pod waits in the queue of the scheduler.
	held bool
	// emulates says that the variables of kubernetes-entrypoint are understood.
	emulates bool
	// events says how much the companion loop tells. Empty is the default.
	events string
	// projected are directories that are put together of many sources.
	projected []projection
	// gitEventsRunner says that the variables of git-events-runner are set, too.
	gitEventsRunner bool
	// repositories are those that are in place before anything runs. It is the zero value where there are none.
	repositories clone.Order
}

// readSettings reads them all. What is wrong is left at its default, so that everything else can be judged in the same go.
func readSettings(s subject) (settings, field.ErrorList) {
	var all settings
	var errs field.ErrorList
	for _, read := range settingReaders {
		errs = append(errs, read(s, &all)...)
	}
	return all, errs
}

// settingReader reads one annotation into its field.
type settingReader func(subject, *settings) field.ErrorList

var settingReaders = []settingReader{
	readCommands,
	readFailFast,
	readRequests,
	readSidecarStop,
	readSidecarGrace,
	readHome,
	readWorkspace,
	readResults,
	readLogPrefix,
	readWaitTimeout,
	readHold,
	readEvents,
	readCompat,
	readSSHHostKeys,
	readEnvPrefix,
	readClone, // behind all that say more about repositories
	readProjected,
}

// readSwitch reads an annotation that is "true" or "false".
func readSwitch(s subject, name string, into *bool) field.ErrorList {
	w, given := s.wish(name)
	if !given {
		return nil
	}
	switch w.text {
	case "true", "false":
		*into = w.text == "true"
		return nil
	}
	return field.ErrorList{field.NotSupported(w.path(), w.text, []string{"true", "false"})}
}

// readWord reads an annotation that is one of a few words.
func readWord[T ~string](s subject, name string, into *T, words ...T) field.ErrorList {
	w, given := s.wish(name)
	if !given {
		return nil
	}
	for _, word := range words {
		if w.text == string(word) {
			*into = word
			return nil
		}
	}
	return field.ErrorList{field.NotSupported(w.path(), w.text, words)}
}
