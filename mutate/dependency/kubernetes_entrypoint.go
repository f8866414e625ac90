package dependency

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/annotation"
)

// The environment of kubernetes-entrypoint, a program that is put before a container's command and asks the API server, every two seconds,
// for what it is told by variables. Each format is one file, kubernetes_entrypoint_*.go.
//
// That program goes on where it does not understand: it logs a line and drops the dependency, or it waits for ever for one that cannot be.
// Here each of these is a problem.

// Names of the variables.
const (
	varCommand        = "COMMAND"
	varNamespace      = "NAMESPACE"
	varPodName        = "POD_NAME"
	varInterface      = "INTERFACE_NAME"
	dependencyPrefix  = "DEPENDENCY_"
	varService        = dependencyPrefix + "SERVICE"
	varContainer      = dependencyPrefix + "CONTAINER"
	varDaemonSet      = dependencyPrefix + "DAEMONSET"
	varJobs           = dependencyPrefix + "JOBS"
	varJobsJSON       = dependencyPrefix + "JOBS_JSON"
	varPodJSON        = dependencyPrefix + "POD_JSON"
	varSocket         = dependencyPrefix + "SOCKET"
	varConfig         = dependencyPrefix + "CONFIG"
	varCustomResource = dependencyPrefix + "CUSTOM_RESOURCE"
)

// dependencyVariables are those that name dependencies, in the order in which they are read.
var dependencyVariables = []string{varService, varContainer, varDaemonSet, varJobs, varJobsJSON, varPodJSON, varSocket, varConfig, varCustomResource}

// Environment is what a container's variables ask for.
type Environment struct {
	// Entries are what the container waits for; each is for it alone. What stands there twice is one.
	Entries []Entry
	// Files are made before the command starts, in the container alone.
	Files []ConfigFile
	// Command is what runs then; none where COMMAND is not set, or empty: then that program ends with 0 when all is there, as an init
	// container should, and a regular container has nothing to run. No word of it has what Kubernetes would replace.
	Command []string
	// jobs is the variable that names the jobs.
	jobs string
}

// Variable is the name of the variable in which an entry of the environment stands.
func (e Environment) Variable(entry Entry) string {
	switch entry.kind {
	case Service:
		return varService
	case Container:
		return varContainer
	case DaemonSet:
		return varDaemonSet
	case Job:
		return e.jobs
	case Pod:
		return varPodJSON
	case Socket:
		return varSocket
	default:
		return varCustomResource
	}
}

// Names of variables that messages about a whole container are about.
const (
	VariableCommand = varCommand
	VariableConfig  = varConfig
)

// EnvironmentProblem is something in a variable that cannot be accepted.
type EnvironmentProblem struct {
	annotation.Problem
	// Variable is its name. It may be one that is missing.
	Variable string
}

// String is the sentence for people.
func (p EnvironmentProblem) String() string { return p.Variable + ": " + p.Problem.String() }

// AsksKubernetesEntrypoint reports whether a container has variables of kubernetes-entrypoint: any that names a dependency, also one
// that is empty, as charts write it. COMMAND alone is not enough, because others use that name too.
func AsksKubernetesEntrypoint(env []corev1.EnvVar) bool {
	for i := range env {
		if strings.HasPrefix(env[i].Name, dependencyPrefix) {
			return true
		}
	}
	return false
}

// NamesDependencies reports whether any of the variables is one that names dependencies, rather than one whose name only starts like those: that
// may be a spelling mistake, or a variable of quite another program.
func NamesDependencies(env []corev1.EnvVar) bool {
	return slices.ContainsFunc(env, func(v corev1.EnvVar) bool { return slices.Contains(dependencyVariables, v.Name) })
}

// ParseKubernetesEntrypoint reads the environment of a container with that name. It reports everything that is wrong, and everything that
// kubernetes-entrypoint would ignore in silence. Variables that a container gets from a ConfigMap or Secret as a whole (envFrom) are not
// seen here.
func ParseKubernetesEntrypoint(container string, env []corev1.EnvVar) (Environment, []EnvironmentProblem) {
	r := environmentReader{container: container, variables: map[string]variable{}}
	r.collect(env)
	r.command()
	r.made.jobs = varJobs
	if r.variables[varJobsJSON].text != "" {
		r.made.jobs = varJobsJSON // where both are set, the other one is refused
	}
	for _, name := range dependencyVariables {
		r.dependencies(name)
	}
	if count := len(r.made.Entries); count > MaxEntries {
		r.refuse(varService, tooManyEntries(count))
	}
	return r.made, r.problems
}

// environmentReader collects what variables ask for.
type environmentReader struct {
	container string
	variables map[string]variable
	made      Environment
	problems  []EnvironmentProblem
	// reported are variables of which what is wrong with the whole has been said.
	reported []string
}

// variable is what is known of the value of a variable.
type variable struct {
	// text is the value, where it stands in the Pod.
	text string
	// field is the Pod's own field that it comes from.
	field string
	// bad says why the value cannot be known.
	bad string
}

func (r *environmentReader) refuse(name, detail string) { r.refuseValue(name, "", detail) }

func (r *environmentReader) refuseValue(name, value, detail string) {
	r.problems = append(r.problems, EnvironmentProblem{Variable: name, Problem: annotation.Problem{Value: value, Detail: detail}})
}

// take keeps entries, each once.
func (r *environmentReader) take(entries ...Entry) {
	for _, e := range entries {
		e.waiters = []Reference{{Name: r.container}}
		if !containsTarget(r.made.Entries, e) {
			r.made.Entries = append(r.made.Entries, e)
		}
	}
}

func containsTarget(entries []Entry, e Entry) bool {
	for _, before := range entries {
		if before.sameTarget() == e.sameTarget() {
			return true
		}
	}
	return false
}
