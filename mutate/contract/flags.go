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
	// StopFiles are the marker files of the steps that a sidecar serves: when all have ended, so does the sidecar.
	StopFiles []string
	// Restartable says that the Pod's restartPolicy is OnFailure: only a step that exits 0 leaves a marker.
	Restartable bool
	// Grace is the time from a sidecar's stop signal to SIGKILL. Encoded in Go's notation, such as 1m30s.
	Grace time.Duration
	// Step is the name of the container, written into its marker.
	Step string
	// TerminationPath is the file that gets the report; the container's terminationMessagePath.
	TerminationPath string
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
	files("stop_file", "sidecar: when each step has ended, SIGTERM, -grace, SIGKILL, exit 0",
		func(o *Options) *[]string { return &o.StopFiles }),
	boolean("restartable", "the Pod's restartPolicy is OnFailure: only an exit 0 leaves a marker",
		func(o *Options) *bool { return &o.Restartable }),
	duration("grace", "time from the stop signal to SIGKILL",
		func(o *Options) *time.Duration { return &o.Grace }),
	name("step", "the container's name, for its marker",
		func(o *Options) *string { return &o.Step }),
	file("termination_path", "the file that gets the report, the container's terminationMessagePath",
		func(o *Options) *string { return &o.TerminationPath }),
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

// endOfFlags parts the flags from the arguments of the command.
const endOfFlags = "--"

// Words returns the flags as words of a command line, up to and including "--". The command's arguments are left out,
// so that a container's args can stay as the user wrote them.
func (o Options) Words() []string {
	var words []string
	for _, f := range flags {
		value, set := f.encode(o)
		if !set {
			continue
		}
		words = append(words, "-"+f.Name)
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
	if err := flags[i].decode(o, words[1]); err != nil {
		return 2, errors.New("flag -" + name + ": " + err.Error())
	}
	return 2, nil
}

// contradictions lists what is wrong between flags that are right by themselves.
func (o Options) contradictions() []error {
	var problems []error
	if o.Entrypoint == "" {
		problems = append(problems, errors.New("flag -entrypoint is missing: it names the command to run"))
	}
	if o.PostFile != "" && o.Step == "" {
		problems = append(problems, errors.New("flag -post_file needs -step, the name for the marker"))
	}
	if slices.Contains(o.WaitFiles, o.PostFile) {
		problems = append(problems, errors.New("flag -wait_file names the step's own -post_file, which it would wait for for ever"))
	}
	if o.PostFile != "" && len(o.StopFiles) > 0 {
		problems = append(problems, errors.New("flags -post_file and -stop_file contradict each other: a container is a step or a sidecar"))
	}
	return problems
}

func files(name, meaning string, field func(*Options) *[]string) flag {
	return flag{
		Flag: Flag{Name: name, Value: "F,…", Meaning: meaning},
		encode: func(o Options) (string, bool) {
			list := *field(&o)
			return strings.Join(list, ","), len(list) > 0
		},
		decode: func(o *Options, value string) error {
			list := strings.Split(value, ",")
			for _, f := range list {
				if err := checkFile(f); err != nil {
					return err
				}
			}
			*field(o) = list
			return nil
		},
	}
}

func file(name, meaning string, field func(*Options) *string) flag {
	return text(Flag{Name: name, Value: "F", Meaning: meaning}, field, checkFile)
}

func name(name, meaning string, field func(*Options) *string) flag {
	return text(Flag{Name: name, Value: "NAME", Meaning: meaning}, field, func(value string) error {
		if !IsName(value) {
			return errors.New(quote(value) + " is not the name of a container")
		}
		return nil
	})
}

func command(name, meaning string, field func(*Options) *string) flag {
	return text(Flag{Name: name, Value: "CMD", Meaning: meaning}, field, func(value string) error {
		if value == "" {
			return errors.New("the command is empty")
		}
		return nil
	})
}

func text(doc Flag, field func(*Options) *string, check func(string) error) flag {
	return flag{
		Flag:   doc,
		encode: func(o Options) (string, bool) { return *field(&o), *field(&o) != "" },
		decode: func(o *Options, value string) error {
			if err := check(value); err != nil {
				return err
			}
			*field(o) = value
			return nil
		},
	}
}

func boolean(name, meaning string, field func(*Options) *bool) flag {
	return flag{
		Flag:   Flag{Name: name, Meaning: meaning},
		encode: func(o Options) (string, bool) { return "", *field(&o) },
		decode: func(o *Options, _ string) error {
			*field(o) = true
			return nil
		},
	}
}

func duration(name, meaning string, field func(*Options) *time.Duration) flag {
	return flag{
		Flag:   Flag{Name: name, Value: "D", Meaning: meaning},
		encode: func(o Options) (string, bool) { return field(&o).String(), *field(&o) != 0 },
		decode: func(o *Options, value string) error {
			d, err := time.ParseDuration(value)
			if err != nil || d <= 0 {
				return errors.New(quote(value) + " is not a duration such as 30s or 1m30s")
			}
			*field(o) = d
			return nil
		},
	}
}

// checkFile accepts an absolute path without a comma, which parts the files of a list.
func checkFile(path string) error {
	if !strings.HasPrefix(path, "/") || strings.Contains(path, ",") {
		return errors.New(quote(path) + " is not an absolute path")
	}
	return nil
}

func quote(s string) string { return `"` + s + `"` }
