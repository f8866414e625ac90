package clone

import (
	"errors"
	"fmt"
	"strings"
)

// RefKind is what a ref is known to be.
type RefKind string

const (
	// AnyRef is a short name, of a branch or else of a tag.
	AnyRef RefKind = "any"
	// Branch is a short name of a branch, or refs/heads/NAME.
	Branch RefKind = "branch"
	// Tag is a short name of a tag, or refs/tags/NAME.
	Tag RefKind = "tag"
	// Commit is a whole hash, 40 or 64 hexadecimal digits.
	Commit RefKind = "commit"
	// FullRef is any other name below refs/, such as refs/pull/1/head.
	FullRef RefKind = "ref"
)

const (
	refsPrefix  = "refs/"
	headsPrefix = refsPrefix + "heads/"
	tagsPrefix  = refsPrefix + "tags/"
)

// Ref names what is checked out. The zero value is what the server's HEAD points to. Others come from [ParseRef] and [NewRef].
type Ref struct {
	Kind RefKind
	// Name is short for branches and tags, in lower case for commits, and begins with refs/ for a full ref.
	Name string
}

// ParseRef reads `ref:`, a branch, a tag, a full ref or a commit. An error says what to write instead. A short hash is a name like any other,
// because a branch may be called 1234567.
func ParseRef(text string) (Ref, error) {
	switch {
	case isHash(text):
		return Ref{Kind: Commit, Name: strings.ToLower(text)}, nil
	case strings.HasPrefix(text, headsPrefix):
		return NewRef(Branch, text)
	case strings.HasPrefix(text, tagsPrefix):
		return NewRef(Tag, text)
	}
	if err := checkRefName(text); err != nil {
		return Ref{}, err
	}
	if strings.HasPrefix(text, refsPrefix) {
		return Ref{Kind: FullRef, Name: text}, nil
	}
	return Ref{Kind: AnyRef, Name: text}, nil
}

// NewRef reads `branch:`, `tag:` or `commit:`. Branches and tags can be written as full refs, too.
func NewRef(kind RefKind, name string) (Ref, error) {
	prefix := headsPrefix
	switch kind {
	case Branch:
	case Tag:
		prefix = tagsPrefix
	case Commit:
		if !isHash(name) {
			return Ref{}, errors.New("a commit is its whole hash of 40 or 64 hexadecimal digits; write all of them, " +
				"as `git rev-parse` shows them, or write branch: NAME or tag: NAME")
		}
		return Ref{Kind: Commit, Name: strings.ToLower(name)}, nil
	default:
		return Ref{}, fmt.Errorf("%q is no kind of ref; write branch, tag or commit", kind)
	}
	short := strings.TrimPrefix(name, prefix)
	if strings.HasPrefix(short, refsPrefix) {
		return Ref{}, fmt.Errorf("this is no %s; full refs are written as ref: refs/pull/1/head", kind)
	}
	if err := checkRefName(short); err != nil {
		return Ref{}, err
	}
	return Ref{Kind: kind, Name: short}, nil
}

// MarshalText writes KIND:NAME.
func (r Ref) MarshalText() ([]byte, error) { return []byte(string(r.Kind) + ":" + r.Name), nil }

// UnmarshalText reads what [Ref.MarshalText] wrote, and judges it as [NewRef] and [ParseRef] do.
func (r *Ref) UnmarshalText(text []byte) error {
	kind, name, _ := strings.Cut(string(text), ":")
	wanted := Ref{Kind: RefKind(kind), Name: name}
	if err := wanted.problem(); err != nil {
		return err
	}
	*r = wanted
	return nil
}

// problem says why no text can have given the ref.
func (r Ref) problem() error {
	if r == (Ref{}) {
		return nil
	}
	read := func() (Ref, error) { return NewRef(r.Kind, r.Name) }
	if r.Kind == AnyRef || r.Kind == FullRef {
		read = func() (Ref, error) { return ParseRef(r.Name) }
	}
	switch parsed, err := read(); {
	case err != nil:
		return err
	case parsed != r:
		return fmt.Errorf("a ref that is written as %s:%s is of kind %s", r.Kind, r.Name, parsed.Kind)
	}
	return nil
}
