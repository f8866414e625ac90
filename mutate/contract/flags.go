package contract

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// Options is everything the wrapper is told on its command line:
//
//	entrypoint [flags] -entrypoint CMD -- ARGS…
//
// The zero value of each field leaves the flag out.
type Options struct {
	// WaitFiles are marker files of steps; the command starts when each of them, or its [FailedFile], is there.
	WaitFiles []string
	// WaitFileContent makes a wait file count only when it is not empty.
	WaitFileContent bool
	// ReadyFiles are downward API files; the command starts when none of them is empty.
	ReadyFiles []string
	// PostFile is the marker file of this step. Empty for a container that is not a step.
	PostFile string
	// CancelFiles are downward API files; when one is not empty, the container ends, and its content is the reason.
	CancelFiles []string
	// SiblingFiles are marker files of the other steps of a stage: the failure of one ends this step.
	SiblingFiles []string
	// DeadFile is a downward API file that names steps which ended for good, one per line; it is believed where a marker is missing.
	DeadFile string
	// StopFiles are the marker files of the steps that a sidecar serves: when all have ended, so does the sidecar.
	StopFiles []string
	// StopBy says who stops the sidecar. The default is [StopBySelf].
	StopBy StopBy
	// RunIf says whether the step runs after what came before it. The default is [RunOnSuccess].
	RunIf RunIf
	// OnError says what becomes of the step's own failure. The default is [ErrorFails].
	OnError OnError
	// Timeout bounds each attempt of the command. Zero is no bound.
	Timeout time.Duration
	// Grace is the time from the stop signal to SIGKILL. Zero is 30 s, the default of Kubernetes.
	Grace time.Duration
	// StopSignal is the signal that asks the command to end. Zero is SIGTERM.
	StopSignal Signal
	// Retries is how often a failed command is started again in place.
	Retries int
	// Restartable says that the Pod's restartPolicy is OnFailure: only a step that exits 0 leaves a marker.
	Restartable bool
	// WaitTimeout bounds the wait while nothing but a gate is missing. Zero is no bound.
	WaitTimeout time.Duration
	// Results names the files below ResultsDir that go into the report, in this order.
	Results []string
	// ResultsDir is the directory of the results.
	ResultsDir string
	// TerminationPath is the file that gets the report; the container's terminationMessagePath.
	TerminationPath string
	// ReportBytes bounds the termination message with the report. Zero is no bound but the kubelet's.
	ReportBytes int
	// NoReportOnFailure leaves the file of a failed command empty where the command left it so, for
	// terminationMessagePolicy FallbackToLogsOnError.
	NoReportOnFailure bool
	// Step is the name of the container, written into its marker.
	Step string
	// LogPrefix is put before each line of the command's output. Empty leaves the streams untouched.
	LogPrefix string
	// EnvFiles hold variables, NAME=VALUE in lines, that the command gets beside those of the container.
	EnvFiles []string
	// Sockets, Files and TCP are waited for before the command starts: a socket that this user may read and write, a file that is
	// there, an address that takes connections.
	Sockets, Files, TCP []string
	// Templates are files to be made of others before the command starts.
	Templates []Template
	// Started is a file that is made just before the command starts, for [VerbProbe].
	Started string
	// PlatformCommands are commands by the architecture of the node, in place of Entrypoint. See [Options.On].
	PlatformCommands []PlatformCommand
	// Entrypoint is the command to run, looked up in PATH where it holds no slash.
	Entrypoint string
	// Args are the command's arguments.
	Args []string
}

// Flag documents one flag of the wrapper.
type Flag struct {
	// Name is written with one dash before it.
	Name string
	// Value names the argument, empty for a flag that takes none.
	Value string
	// Meaning is one line for the documentation.
	Meaning string
}

// flag ties a documented flag to its field of Options.
type flag struct {
	Flag
	// encode returns the value, and false where the flag is to be left out.
	encode func(Options) (string, bool)
	decode func(*Options, string) error
}

var flags = []flag{
	files("wait_file", "waits until each step has ended: F, everything went well; F.err, something did not",
		func(o *Options) *[]string { return &o.WaitFiles }),
	boolean("wait_file_content", "a wait file counts only when it is not empty",
		func(o *Options) *bool { return &o.WaitFileContent }),
	files("ready_file", "waits until each is not empty (downward API files)",
		func(o *Options) *[]string { return &o.ReadyFiles }),
	file("post_file", "F or F.err, exactly one, when this step has ended for good",
		func(o *Options) *string { return &o.PostFile }),
	files("cancel_file", "ends, waiting or running, when one is not empty; its content is the reason",
		func(o *Options) *[]string { return &o.CancelFiles }),
	files("sibling_file", "fail-fast: the failure of one of these steps ends this one",
		func(o *Options) *[]string { return &o.SiblingFiles }),
	file("dead_file", "names of steps that ended for good; believed where a marker is missing",
		func(o *Options) *string { return &o.DeadFile }),
	files("stop_file", "sidecar: when each step has ended, -stop_signal, -grace, SIGKILL, exit 0",
		func(o *Options) *[]string { return &o.StopFiles }),
	word("stop_by", "self, or kubelet: then -stop_file counts at the start only",
		func(o *Options) *StopBy { return &o.StopBy }, StopBySelf, StopByKubelet),
	boolean("restartable", "the Pod's restartPolicy is OnFailure: only an exit 0 leaves a marker",
		func(o *Options) *bool { return &o.Restartable }),
	word("run_if", "whether the step runs after what came before it",
		func(o *Options) *RunIf { return &o.RunIf }, RunOnSuccess, RunOnFailure, RunAlways),
	word("on_error", "continue: the step's own failure is recorded, but exits 0 and what follows runs",
		func(o *Options) *OnError { return &o.OnError }, ErrorFails, ErrorContinues),
	duration("timeout", "bound of each attempt: -stop_signal, -grace, SIGKILL, exit 124",
		func(o *Options) *time.Duration { return &o.Timeout }),
	duration("grace", "time from the stop signal to SIGKILL (default 30s)",
		func(o *Options) *time.Duration { return &o.Grace }),
	signal("stop_signal", "the signal that asks the command to end, such as SIGINT (default SIGTERM)",
		func(o *Options) *Signal { return &o.StopSignal }),
	number("retries", "how often a failed command is started again, after 1 s, 2 s, 4 s, … at most 1 min",
		func(o *Options) *int { return &o.Retries }),
	duration("wait_timeout", "bound of the wait while nothing but a gate is missing: exit 124",
		func(o *Options) *time.Duration { return &o.WaitTimeout }),
	name("step", "the container's name, for its marker",
		func(o *Options) *string { return &o.Step }),
	list("results", "NAME,…", "files of -results_dir that go into the report", CheckResult,
		func(o *Options) *[]string { return &o.Results }),
	file("results_dir", "the directory of the results",
		func(o *Options) *string { return &o.ResultsDir }),
	file("termination_path", "the file that gets the report, the container's terminationMessagePath",
		func(o *Options) *string { return &o.TerminationPath }),
	number("report_bytes", "bound of the termination message with the report",
		func(o *Options) *int { return &o.ReportBytes }),
	switchedOff("report_on_failure", "a failed command whose file is empty gets no report",
		func(o *Options) *bool { return &o.NoReportOnFailure }),
	text(Flag{Name: "log_prefix", Value: "P", Meaning: "put before each line of the command's output"},
		func(o *Options) *string { return &o.LogPrefix }, checkPrefix),
	files("env_file", "variables for the command, NAME=VALUE in lines",
		func(o *Options) *[]string { return &o.EnvFiles }),
	files("socket", "waits until each exists and this user may read and write it",
		func(o *Options) *[]string { return &o.Sockets }),
	files("file", "waits until each exists",
		func(o *Options) *[]string { return &o.Files }),
	list("tcp", "HOST:PORT,…", "waits until each takes connections", checkAddress,
		func(o *Options) *[]string { return &o.TCP }),
	templates("template", "makes DST of SRC: {{ .IP }} of the INTERFACE or else $POD_IP, {{ .HOSTNAME }}",
		func(o *Options) *[]Template { return &o.Templates }),
	file("started", "made just before the command starts, for entrypoint probe",
		func(o *Options) *string { return &o.Started }),
	platforms("platform_entrypoint", "the commands of an image by architecture, in place of -entrypoint; what follows -- comes behind",
		func(o *Options) *[]PlatformCommand { return &o.PlatformCommands }),
	command("entrypoint", "the command; its arguments follow --",
		func(o *Options) *string { return &o.Entrypoint }),
}

// Flags lists the wrapper's flags in the order of the documentation, which is the order in which they are encoded.
func Flags() []Flag {
	list := make([]Flag, len(flags))
	for i, f := range flags {
		list[i] = f.Flag
	}
	return list
}

// flagWords are the flags as words, joined once: every container of every Pod is told some of them.
var flagWords = func() []string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = "-" + f.Name
	}
	return words
}()

// usualWords is room for the flags of most containers.
const usualWords = 24

// endOfFlags parts the flags from the arguments of the command.
const endOfFlags = "--"

// Words returns the flags as words of a command line, up to and including "--". The command's arguments are left out,
// so that a container's args can stay as the user wrote them.
func (o Options) Words() []string {
	words := make([]string, 0, usualWords)
	for i, f := range flags {
		value, set := f.encode(o)
		if !set {
			continue
		}
		words = append(words, flagWords[i])
		if f.Value != "" {
			words = append(words, value)
		}
	}
	return append(words, endOfFlags)
}

// ParseOptions reads the words after the wrapper's own path. It reports every problem, not only the first.
func ParseOptions(words []string) (Options, []error) {
	var o Options
	var problems []error
	seen := map[string]bool{}
	for len(words) > 0 && words[0] != endOfFlags {
		if seen[words[0]] {
			problems = append(problems, errors.New("flag "+words[0]+" is given twice"))
		}
		seen[words[0]] = true
		taken, err := o.parseFlag(words)
		if err != nil {
			problems = append(problems, err)
		}
		words = words[taken:]
	}
	if len(words) > 1 {
		o.Args = slices.Clone(words[1:])
	}
	return o, append(problems, o.contradictions()...)
}

// MaxWord is the length of the longest word that Linux takes in a command, in bytes (MAX_ARG_STRLEN, without the NUL at its end). A
// command with a longer one cannot run, so it is not worth reading.
const MaxWord = 128<<10 - 1

// parseFlag reads the flag at the start of words and returns how many words it took.
func (o *Options) parseFlag(words []string) (int, error) {
	name, isFlag := strings.CutPrefix(words[0], "-")
	if !isFlag {
		return 1, errors.New(quote(words[0]) + " is not a flag; arguments of the command follow " + endOfFlags)
	}
	i := slices.IndexFunc(flags, func(f flag) bool { return f.Name == name })
	if i < 0 {
		return 1, errors.New("unknown flag -" + name)
	}
	if flags[i].Value == "" {
		return 1, flags[i].decode(o, "")
	}
	if len(words) < 2 || words[1] == endOfFlags {
		return 1, errors.New("flag -" + name + " needs a value: " + flags[i].Value)
	}
	if len(words[1]) > MaxWord {
		return 2, errors.New("flag -" + name + ": the value is longer than Linux allows")
	}
	if err := flags[i].decode(o, words[1]); err != nil {
		return 2, errors.New("flag -" + name + ": " + err.Error())
	}
	return 2, nil
}

// contradictions lists what is wrong between flags that are right by themselves.
func (o Options) contradictions() []error {
	var problems []error
	switch platforms := len(o.PlatformCommands) > 0; {
	case o.Entrypoint == "" && !platforms:
		problems = append(problems, errors.New("flag -entrypoint is missing: it names the command to run"))
	case o.Entrypoint != "" && platforms:
		problems = append(problems, errors.New("flags -entrypoint and -platform_entrypoint contradict each other: a container has one command"))
	}
	if o.PostFile != "" && o.Step == "" {
		problems = append(problems, errors.New("flag -post_file needs -step, the name for the marker"))
	}
	if slices.Contains(o.WaitFiles, o.PostFile) {
		problems = append(problems, errors.New("flag -wait_file names the step's own -post_file, which it would wait for for ever"))
	}
	if len(o.Results) > 0 && o.ResultsDir == "" {
		problems = append(problems, errors.New("flag -results needs -results_dir, where the results are"))
	}
	if err := checkOnce(o.Results); err != nil {
		problems = append(problems, errors.New("flag -results: "+err.Error()))
	}
	if o.StopBy != "" && len(o.StopFiles) == 0 {
		problems = append(problems, errors.New("flag -stop_by needs -stop_file: it is about sidecars"))
	}
	if o.PostFile != "" && len(o.StopFiles) > 0 {
		problems = append(problems, errors.New("flags -post_file and -stop_file contradict each other: a container is a step or a sidecar"))
	}
	return problems
}
