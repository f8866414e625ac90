package mutate

import (
	"cmp"
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// The annotation orderly.dev/clone: repositories that are in place before anything runs.
//
//	- url: https://git.example.com/team/app.git
//	  ref: main
//	  path: app
//	  secret: git-credentials
//	  depth: 1
//	  submodules: true
//	  sparse: [docs, tools]
//	  keepGit: true
//
// What an address, a ref and a path may be says package clone, because the cloner judges them again. What it becomes here is the order that the cloner
// is given, see cloner.go.

const (
	// maxCloneBytes bounds the annotation. 16 repositories with all that can be said need 5,000 bytes, with many directories more.
	maxCloneBytes = 64_000
	// defaultWorkspace is where the steps see repositories, unless orderly.dev/workspace says something else.
	defaultWorkspace = "/workspace"
)

const (
	cloneHint     = "write {url: \"https://git.example.com/team/app.git\", ref: main}, with any of the keys path, secret, depth, submodules, sparse and keepGit"
	cloneListHint = `write a list such as "- url: https://git.example.com/team/app.git"`
)

// readClone reads the repositories. It is the last of the readers, because the others say the rest of the order. Without repositories there is
// none of it.
func readClone(s subject, into *settings) field.ErrorList {
	order := into.repositories
	into.repositories = clone.Order{}
	w, given := s.wish(contract.AnnotationClone)
	if !given {
		return nil
	}
	list, err := annotation.DecodeList(w.text, maxCloneBytes)
	switch {
	case err != nil:
		return w.refused(annotation.Problem{Detail: fmt.Sprintf("%v; %s", err, cloneListHint)})
	case len(list.Content) == 0:
		return w.refused(annotation.Problem{Detail: "the list is empty; " + cloneListHint + ", or remove the annotation"})
	case len(list.Content) > clone.MaxRepositories:
		return w.refused(annotation.Problem{Detail: fmt.Sprintf("%d repositories, but a Pod can have at most %d; make submodules of some of them",
			len(list.Content), clone.MaxRepositories)})
	}
	var r cloneReader
	for i, node := range list.Content {
		place := annotation.Position{Item: i + 1}.At(node)
		r.read(annotation.Value{Key: "the entry", Node: node, KeyPlace: place, Place: place, Hint: cloneHint})
	}
	order.Workspace = cmp.Or(into.workspace, defaultWorkspace)
	order.EnvPrefix = cmp.Or(order.EnvPrefix, clone.DefaultEnvPrefix)
	order.GitEventsRunner = into.gitEventsRunner
	order.Repositories = r.repositories()
	if len(order.Repositories) > 0 {
		into.repositories = order
	}
	problems := r.Problems()
	if len(problems) == 0 {
		for _, problem := range order.Problems() {
			problems = append(problems, annotation.Problem{Detail: problem.Error()})
		}
	}
	return w.refused(problems...)
}
