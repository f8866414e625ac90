package mutate

import (
	"path"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract/clone"
)

// git refuses to work in a tree that belongs to another user, and the cloner may have run as another one than the step. So steps tell git, by
// variables that are its configuration, that it may trust the directories of the repositories. Such variables are numbered, and their number is in
// one of them: two lists cannot be joined without changing those of the user's, so where the user has any, there are none of ours.

const (
	gitConfigCount = "GIT_CONFIG_COUNT"
	gitConfigKey   = "GIT_CONFIG_KEY_"
	gitConfigValue = "GIT_CONFIG_VALUE_"
)

// gitConfig are the variables for the repositories of an order. For submodules, whose paths nobody knows yet, a whole directory is named, which git
// understands from 2.46 on.
func gitConfig(o clone.Order) []corev1.EnvVar {
	var trusted []string
	for _, r := range o.Repositories {
		trusted = append(trusted, o.Dir(r))
		if r.Submodules {
			trusted = append(trusted, path.Join(o.Dir(r), "*"))
		}
	}
	env := []corev1.EnvVar{{Name: gitConfigCount, Value: strconv.Itoa(len(trusted))}}
	for i, directory := range trusted {
		number := strconv.Itoa(i)
		env = append(env, corev1.EnvVar{Name: gitConfigKey + number, Value: "safe.directory"},
			corev1.EnvVar{Name: gitConfigValue + number, Value: escapeVariables(directory)})
	}
	return env
}

// withoutGitConfig leaves out what [gitConfig] gives for an order, but only as a whole, as often as all of it is there, the first of each: a single
// variable of it, and one behind, may be somebody else's.
func withoutGitConfig(env []corev1.EnvVar, o clone.Order) []corev1.EnvVar {
	if !hasRepositories(o) || !hasGitConfig(env) {
		return env
	}
	ours := map[string]corev1.EnvVar{}
	for _, e := range gitConfig(o) {
		ours[e.Name] = e
	}
	isOne := func(e corev1.EnvVar) bool {
		one, is := ours[e.Name]
		return is && sameVariable(one, e)
	}
	found := map[string]int{}
	for _, e := range env {
		if isOne(e) {
			found[e.Name]++
		}
	}
	times := len(env)
	for name := range ours {
		times = min(times, found[name])
	}
	left := map[string]int{}
	for name := range ours {
		left[name] = times
	}
	return slices.DeleteFunc(slices.Clone(env), func(e corev1.EnvVar) bool {
		if !isOne(e) || left[e.Name] == 0 {
			return false
		}
		left[e.Name]--
		return true
	})
}

// hasGitConfig reports whether a container configures git by variables.
func hasGitConfig(env []corev1.EnvVar) bool { return slices.ContainsFunc(env, isGitConfig) }

func isGitConfig(e corev1.EnvVar) bool {
	return e.Name == gitConfigCount || strings.HasPrefix(e.Name, gitConfigKey) || strings.HasPrefix(e.Name, gitConfigValue)
}
