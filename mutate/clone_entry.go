package mutate

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract/clone"
)

// An entry of orderly.dev/clone is a mapping. An address and the name of a Secret are not shown where they are wrong, because there may be a password
// in them: problems are read by more people than the annotation, in Events for one.

// Keys of an entry, beside keyPath.
const (
	keyURL        = "url"
	keyRef        = "ref"
	keyBranch     = "branch"
	keyTag        = "tag"
	keyCommit     = "commit"
	keySecret     = "secret"
	keyDepth      = "depth"
	keySubmodules = "submodules"
	keySparse     = "sparse"
	keyKeepGit    = "keepGit"
)

// cloneForm is what an entry may hold. The foreign words are those of git, of the volume gitRepo, and of other cloners.
var cloneForm = annotation.Form{
	Name: "a repository",
	Keys: []string{keyURL, keyRef, keyBranch, keyTag, keyCommit, keyPath, keySecret, keyDepth, keySubmodules, keySparse, keyKeepGit},
	Foreign: map[string]string{
		"repository": keyURL, "repo": keyURL, "uri": keyURL, "remote": keyURL, "repoURL": keyURL,
		"revision": keyRef, "rev": keyRef, "targetRevision": keyRef, "checkout": keyRef, "sha": keyCommit, "hash": keyCommit,
		"dir": keyPath, "directory": keyPath, "subdirectory": keyPath, "destination": keyPath, "dest": keyPath, "mountPath": keyPath, "name": keyPath,
		"secretName": keySecret, "secretRef": keySecret, "credentials": keySecret, "username": keySecret, "password": keySecret, "token": keySecret, "sshKey": keySecret,
		"fetchDepth": keyDepth, "fetch-depth": keyDepth, "shallow": keyDepth,
		"recurseSubmodules": keySubmodules, "recurse-submodules": keySubmodules, "recursive": keySubmodules,
		"sparseCheckout": keySparse, "sparse-checkout": keySparse, "sparseCheckoutDirectories": keySparse,
		"deleteGit": keyKeepGit, "removeGit": keyKeepGit, "keepDotGit": keyKeepGit,
	},
}

// cloneHints show how to write what stands behind each key.
var cloneHints = map[string]string{
	keyURL:        "write url: https://git.example.com/team/app.git",
	keyRef:        "write ref: main",
	keyBranch:     "write branch: main",
	keyTag:        "write tag: v1.2.3",
	keyCommit:     "write commit: and the whole hash",
	keyPath:       "write path: app",
	keySecret:     "write secret: and the name of the Secret",
	keyDepth:      "write depth: 1, or depth: 0 for the whole history",
	keySubmodules: "write submodules: true",
	keySparse:     "write sparse: [docs, tools]",
	keyKeepGit:    "write keepGit: false",
}

// defaultDepth is enough for who builds what is checked out.
const defaultDepth = 1

// cloneReader reads entries and collects their problems.
type cloneReader struct {
	annotation.Reader
	entries []cloneEntry
}

// cloneEntry is a repository while it is read, with the places that later problems are about.
type cloneEntry struct {
	clone.Repository
	// urlPlace, pathPlace and secretPlace are zero where the key is not there.
	urlPlace, pathPlace, secretPlace annotation.Position
	// refKey is the first of the keys that say what is checked out, and refPlace its place.
	refKey   string
	refPlace annotation.Position
}

// repositories are those that are right.
func (r *cloneReader) repositories() []clone.Repository {
	var repositories []clone.Repository
	for _, entry := range r.entries {
		repositories = append(repositories, entry.Repository)
	}
	return repositories
}

// read reads one entry. It is kept when nothing in it is wrong.
func (r *cloneReader) read(v annotation.Value) {
	before := len(r.Problems())
	e := cloneEntry{Repository: clone.Repository{Depth: defaultDepth}}
	form := cloneForm
	form.Read = func(value annotation.Value) {
		value.Hint = cloneHints[value.Key]
		r.key(&e, value)
	}
	if r.hasAddressAsKey(v) || !r.Mapping(v, form) {
		return
	}
	if e.urlPlace == (annotation.Position{}) {
		r.Refuse(v.Place, "the entry does not say where the repository is; "+cloneHint)
		return
	}
	if e.Secret != "" && e.URL.Scheme == clone.Git {
		r.Refuse(e.secretPlace, clone.ErrSecretWithGit.Error())
	}
	r.defaultPath(&e)
	if len(r.Problems()) == before && r.isAlone(e) {
		r.entries = append(r.entries, e)
	}
}

// hasAddressAsKey finds the mistake of "- https://git.example.com/app.git: {ref: main}", whose key would be shown.
func (r *cloneReader) hasAddressAsKey(v annotation.Value) bool {
	for i := 0; v.Node.Kind == yaml.MappingNode && i < len(v.Node.Content); i += 2 {
		if key := v.Node.Content[i]; strings.ContainsAny(key.Value, "@/") {
			r.Refuse(v.Place.At(key), "an address stands where a key is to be; "+cloneHint)
			return true
		}
	}
	return false
}

func (r *cloneReader) key(e *cloneEntry, v annotation.Value) {
	switch v.Key {
	case keyURL:
		e.urlPlace = v.Place
		e.URL = parsed(r, v, secretly, clone.ParseURL)
	case keyRef, keyBranch, keyTag, keyCommit:
		r.ref(e, v)
	case keyPath:
		e.pathPlace = v.Place
		e.Path = parsed(r, v, openly, clone.ParsePath)
	case keySecret:
		e.secretPlace = v.Place
		e.Secret = parsed(r, v, secretly, checked(clone.CheckSecret))
	case keyDepth:
		e.Depth = parsed(r, v, openly, parseDepth)
	case keySubmodules:
		e.Submodules = r.Switch(v)
	case keySparse:
		e.Sparse = r.sparse(v)
	case keyKeepGit:
		text, _ := r.Choice(v, "true", "false")
		e.RemoveGit = text == "false"
	}
}

// ref reads what is checked out. One key says it.
func (r *cloneReader) ref(e *cloneEntry, v annotation.Value) {
	if e.refKey != "" {
		r.Refuse(v.KeyPlace, fmt.Sprintf("%s says at %v already what is checked out; keep one of ref, branch, tag and commit", e.refKey, e.refPlace))
		return
	}
	e.refKey, e.refPlace = v.Key, v.KeyPlace
	e.Ref = parsed(r, v, openly, func(text string) (clone.Ref, error) {
		if v.Key == keyRef {
			return clone.ParseRef(text)
		}
		return clone.NewRef(clone.RefKind(v.Key), text)
	})
}

// defaultPath calls the repository's directory like the repository.
func (r *cloneReader) defaultPath(e *cloneEntry) {
	if e.pathPlace != (annotation.Position{}) || e.URL == (clone.URL{}) {
		return
	}
	name := e.URL.Name()
	path, err := clone.ParsePath(name)
	if err != nil {
		r.RefuseValue(e.urlPlace, name, "the directory cannot be called like the repository; add path: with another name")
	}
	e.Path = path
}

// isAlone reports whether no entry before it has the same place or the same variables.
func (r *cloneReader) isAlone(e cloneEntry) bool {
	for _, before := range r.entries {
		if err := before.Clash(e.Repository); err != nil {
			r.RefuseValue(e.place(), string(e.Path), fmt.Sprintf("the repository at %v is in the way: %v", before.place(), err))
			return false
		}
	}
	return true
}

// place is that of the path, or of what it comes from.
func (e cloneEntry) place() annotation.Position {
	if e.pathPlace != (annotation.Position{}) {
		return e.pathPlace
	}
	return e.urlPlace
}

func parseDepth(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > clone.MaxDepth {
		return 0, fmt.Errorf("depth is not a whole number from 0 to %d; write how many commits are fetched, or 0 for the whole history", clone.MaxDepth)
	}
	return n, nil
}
