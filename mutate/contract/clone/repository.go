package clone

import (
	"errors"
	"fmt"
	"slices"
)

// Problems are what is wrong with a repository, whatever others there are.
func (r Repository) Problems() []error {
	var problems []error
	if r.URL == (URL{}) {
		problems = append(problems, errors.New("the address is missing"))
	}
	if r.Path == "" {
		problems = append(problems, errors.New("the path is missing"))
	}
	if err := r.Ref.problem(); err != nil {
		problems = append(problems, err)
	}
	if r.Depth < 0 || r.Depth > MaxDepth {
		problems = append(problems, fmt.Errorf("the depth is not from 0 to %d", MaxDepth))
	}
	return append(append(problems, r.secretProblems()...), r.sparseProblems()...)
}

func (r Repository) secretProblems() []error {
	if r.Secret == "" {
		return nil
	}
	var problems []error
	if err := CheckSecret(r.Secret); err != nil {
		problems = append(problems, err)
	}
	if r.URL.Scheme == Git {
		problems = append(problems, ErrSecretWithGit)
	}
	return problems
}

// ErrSecretWithGit is about git:// with a Secret: it knows no credentials, and who names some beside it believes something that is not so.
var ErrSecretWithGit = errors.New("git:// has neither credentials nor encryption, so no Secret can be used with it; write https:// or ssh://, or remove secret")

func (r Repository) sparseProblems() []error {
	if len(r.Sparse) > MaxSparse {
		return []error{fmt.Errorf("sparse has %d directories; %d are possible", len(r.Sparse), MaxSparse)}
	}
	var problems []error
	for i, directory := range r.Sparse {
		if err := CheckSparse(directory); err != nil {
			problems = append(problems, fmt.Errorf("sparse: %w", err))
		} else if slices.Contains(r.Sparse[:i], directory) {
			problems = append(problems, fmt.Errorf("sparse: %s stands there twice; remove one of them", directory))
		}
	}
	return problems
}
