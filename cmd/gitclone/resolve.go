package main

import (
	"fmt"
	"slices"

	"orderly.dev/mutate/contract/clone"
)

// target is what is checked out, after the server was asked.
type target struct {
	kind clone.RefKind // Branch, Tag, Commit or FullRef
	// name is short for branches and tags, the hash for a commit, else a full ref or HEAD.
	name string
	// hashLength is that of the server's hashes, 0 where it showed none.
	hashLength int
	// isHead says that the name is that of the server's HEAD.
	isHead bool
	// note is worth a line in the log.
	note string
}

// String is what the log calls it.
func (t target) String() string { return string(t.kind) + " " + t.name }

// asked are the refs that the server is asked for to resolve a ref.
func asked(r clone.Ref) []string {
	switch r.Kind {
	case clone.AnyRef:
		return []string{headRef, branchPrefix + r.Name, tagPrefix + r.Name}
	case clone.Branch:
		return []string{headRef, branchPrefix + r.Name}
	case clone.Tag:
		return []string{headRef, tagPrefix + r.Name}
	case clone.FullRef:
		return []string{headRef, r.Name}
	default:
		return []string{headRef}
	}
}

// resolve finds what a ref is on the server, and false where the server does not have it.
func resolve(r clone.Ref, l listing) (target, bool) {
	t := target{kind: r.Kind, name: r.Name, hashLength: l.hashLength()}
	isBranch, isTag := l.has(branchPrefix+r.Name), l.has(tagPrefix+r.Name)
	found := false
	switch r.Kind {
	case clone.Branch:
		found = isBranch
	case clone.Tag:
		found = isTag
	case clone.FullRef:
		found = l.has(r.Name)
	case clone.Commit:
		found = true // whether it is there only fetching it can tell
	case clone.AnyRef:
		t.kind = clone.Tag
		found = isBranch || isTag
		if isBranch {
			t.kind = clone.Branch
		}
		if isBranch && isTag {
			t.note = fmt.Sprintf("%q is a branch and a tag: the branch is taken; write tag: %s for the tag", r.Name, r.Name)
		}
	default:
		t, found = resolveHead(l)
	}
	t.isHead = found && t.kind == clone.Branch && l.head == branchPrefix+t.name
	return t, found
}

// resolveHead is the branch that HEAD names, or HEAD itself where it names none.
func resolveHead(l listing) (target, bool) {
	t := target{kind: clone.FullRef, name: headRef, hashLength: l.hashLength()}
	if name, isBranch := cutBranch(l.head); isBranch {
		t.kind, t.name = clone.Branch, name
	}
	return t, l.has(headRef)
}

// explainMissing says why a ref was not found, with the names that are near. It is told all branches and tags of the server.
func explainMissing(r clone.Ref, all listing) error {
	branches, tags := all.named(branchPrefix), all.named(tagPrefix)
	f := &failure{kind: refGone}
	switch {
	case len(branches)+len(tags) == 0 && r.Kind != clone.FullRef:
		return &failure{kind: repositoryEmpty}
	case r.Kind == "":
		f.what = "the server's HEAD names no branch that is there"
		f.hint = "write one of its branches as ref" + listed(": ", near("main", branches))
	case r.Kind == clone.FullRef:
		f.what = fmt.Sprintf("there is no ref %s, or the server does not show it", r.Name)
		f.hint = "check ref"
	case r.Kind == clone.Branch && slices.Contains(tags, r.Name):
		f.what, f.hint = fmt.Sprintf("there is no branch %q, but a tag", r.Name), "write tag: "+r.Name
	case r.Kind == clone.Tag && slices.Contains(branches, r.Name):
		f.what, f.hint = fmt.Sprintf("there is no tag %q, but a branch", r.Name), "write branch: "+r.Name
	default:
		f.what, f.hint = explainName(r, branches, tags)
	}
	return f
}

// explainName is explainMissing for a short name that nothing has.
func explainName(r clone.Ref, branches, tags []string) (what, hint string) {
	candidates, noun := slices.Concat(branches, tags), "branch or tag"
	switch r.Kind {
	case clone.Branch:
		candidates, noun = branches, "branch"
	case clone.Tag:
		candidates, noun = tags, "tag"
	}
	what = fmt.Sprintf("there is no %s %q", noun, r.Name)
	names := near(r.Name, candidates)
	switch {
	case looksAbbreviated(r.Name):
		return what, "if it is a commit, write its whole hash"
	case len(names) > 0:
		return what, "perhaps " + listed("", names)
	default:
		return what, "check ref"
	}
}

// looksAbbreviated reports whether a name may be the beginning of a commit's hash. git itself abbreviates to seven digits and more.
func looksAbbreviated(name string) bool {
	const shortest = 7
	return len(name) >= shortest && isHexadecimal(name)
}
