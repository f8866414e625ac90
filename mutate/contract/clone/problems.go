package clone

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"orderly.dev/mutate/contract"
)

// Problems are what is wrong with an order as a whole: too many repositories, two in one place, two with the same variables, values out of
// bounds. Admission and the cloner both ask.
func (o Order) Problems() []error {
	var problems []error
	switch n := len(o.Repositories); {
	case n == 0:
		return []error{errors.New("there is no repository")}
	case n > MaxRepositories:
		return []error{fmt.Errorf("there are %d repositories; %d are possible", n, MaxRepositories)}
	}
	for i, r := range o.Repositories {
		for _, problem := range r.Problems() {
			problems = append(problems, fmt.Errorf("repository %d: %w", i+1, problem))
		}
		for j, before := range o.Repositories[:i] {
			if err := before.Clash(r); err != nil {
				problems = append(problems, fmt.Errorf("repositories %d and %d: %w", j+1, i+1, err))
			}
		}
	}
	if err := checkWorkspace(o.Workspace); err != nil {
		problems = append(problems, err)
	}
	if prefix, err := ParseEnvPrefix(o.EnvPrefix); err != nil || prefix != o.EnvPrefix {
		problems = append(problems, errEnvPrefix)
	}
	if o.HostKeys != "" && o.HostKeys != StrictHostKeys && o.HostKeys != AcceptNewHostKeys {
		problems = append(problems, fmt.Errorf("host keys are checked by %s or %s, not by %q", StrictHostKeys, AcceptNewHostKeys, o.HostKeys))
	}
	if len(problems) == 0 && len(o.Encode()) > maxOrder {
		problems = append(problems, errTooLong)
	}
	return problems
}

// Clash says why two repositories cannot both be there: they have the same path, or the same names of variables.
func (r Repository) Clash(other Repository) error {
	switch {
	case r.Path == other.Path:
		return fmt.Errorf("both go to %s; give one of them another path", r.Path)
	case r.VariableName() == other.VariableName():
		return fmt.Errorf("both would have the variables %s%s_…; give one of them another path", sourceInfix, r.VariableName())
	}
	return nil
}

// checkWorkspace judges the path at which the steps see the tree.
func checkWorkspace(workspace string) error {
	if !path.IsAbs(workspace) || workspace == "/" || path.Clean(workspace) != workspace || !isPrintable(workspace) || strings.Contains(workspace, ":") ||
		workspace == contract.Root || strings.HasPrefix(workspace, contract.Root+"/") {
		return errors.New("the workspace is no absolute path that can be mounted; write one such as /workspace")
	}
	return nil
}
