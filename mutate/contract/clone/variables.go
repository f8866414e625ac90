package clone

import "strings"

// Variable is one variable of the environment.
type Variable struct{ Name, Value string }

// Parts of the names of variables.
const (
	workdirName   = "WORKDIR"
	sourceInfix   = "SOURCE_"
	urlSuffix     = "URL"
	refTypeSuffix = "REF_TYPE"
	refNameSuffix = "REF_NAME"
	commitSuffix  = "COMMIT"
)

// Variables of git-events-runner, see its documentation of action jobs. The namespace is known to the Pod alone, so admission adds it.
const (
	runnerWorkdir = "ACTION_JOB_WORKDIR"
	runnerSource  = "ACTION_JOB_TRIGGER_SOURCE_"
	runnerKind    = "GitRepo"
	// RunnerNamespace is the variable of the Pod's namespace.
	RunnerNamespace = runnerSource + "NAMESPACE"
)

// Variables tell containers about the repositories, in the order of the sources: PREFIX_WORKDIR, PREFIX_SOURCE_URL, _REF_TYPE, _REF_NAME and _COMMIT
// for the first, PREFIX_SOURCE_NAME_URL and so on for each; and with GitEventsRunner the variables of that tool, but for its namespace. What is
// not known is left out; of a repository for which there is no source that is all but its address. The working directory is where the first one is. No name stands there twice.
func (o Order) Variables(sources []Source) []Variable {
	if len(o.Repositories) == 0 {
		return nil
	}
	known := make([]Source, len(o.Repositories))
	copy(known, sources)
	first := o.Repositories[0]
	source := o.EnvPrefix + sourceInfix
	all := variables{{o.EnvPrefix + workdirName, o.Dir(first)}}
	all.addSource(source, first, known[0])
	for i, r := range o.Repositories {
		all.addSource(source+r.VariableName()+"_", r, known[i])
	}
	if o.GitEventsRunner {
		all.add(runnerWorkdir, o.Dir(first))
		all.add(runnerSource+"KIND", runnerKind)
		all.add(runnerSource+"NAME", first.URL.Name())
		all.addRef(runnerSource, known[0])
	}
	return all
}

type variables []Variable

func (v *variables) addSource(prefix string, r Repository, s Source) {
	v.add(prefix+urlSuffix, r.URL.String())
	v.addRef(prefix, s)
}

func (v *variables) addRef(prefix string, s Source) {
	v.add(prefix+refTypeSuffix, s.RefType)
	v.add(prefix+refNameSuffix, s.RefName)
	v.add(prefix+commitSuffix, s.Commit)
}

// add adds what is known, once: the prefix ACTION_JOB_TRIGGER_ makes some of the names that git-events-runner has, with the same values.
func (v *variables) add(name, value string) {
	if value == "" {
		return
	}
	for _, before := range *v {
		if before.Name == name {
			return
		}
	}
	*v = append(*v, Variable{name, value})
}

// VariableName is the part of the variables' names that is the repository's own: its path, or for "." its name, in upper case, with an underscore
// for every character that is neither a letter nor a digit.
func (r Repository) VariableName() string {
	name := string(r.Path)
	if name == "." {
		name = r.URL.Name()
	}
	return strings.ToUpper(strings.Map(func(c rune) rune {
		if !isOneOf(c, "") {
			return '_'
		}
		return c
	}, name))
}
