package gitserver

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Store is a folder of bare repositories that servers serve.
type Store struct {
	// Dir holds them.
	Dir string
}

// NewStore makes a store with every repository of the catalogue in a new folder.
func NewStore(dir string) (*Store, error) {
	s := &Store{Dir: filepath.Join(dir, "repositories")}
	if err := errors.Join(os.MkdirAll(s.Dir, 0o755), os.MkdirAll(s.lfsDir(), 0o755)); err != nil {
		return nil, err
	}
	for name, r := range catalogue() {
		if err := s.Add(name, r); err != nil {
			return nil, err
		}
	}
	return s, errors.Join(s.addNested(), s.addLarge())
}

// Commit is the hash of the commit that a revision of a repository names, such as main~2. A repository that has no such revision is an error.
func (s *Store) Commit(repository, revision string) (string, error) {
	command := exec.Command("git", "rev-parse", "--verify", revision+"^{commit}")
	command.Dir, command.Env = filepath.Join(s.Dir, repository), environment
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("looking for %s in %s: %w", revision, repository, err)
	}
	return strings.TrimSpace(string(output)), nil
}

// Submodule is an entry of .gitmodules and of the tree.
type Submodule struct {
	// Name and Path are as they are to stand in .gitmodules. Where Path is not one that a tree can hold, the tree has none.
	Name, Path, URL string
	// Commit is what the tree names.
	Commit string
}

// AddSuper makes a repository with one commit on main that has submodules and a file README.md.
func (s *Store) AddSuper(name string, modules ...Submodule) error {
	files := map[string]File{"README.md": {Content: name + "\n"}}
	var text strings.Builder
	for _, m := range modules {
		fmt.Fprintf(&text, "[submodule %q]\n\tpath = %s\n\turl = %q\n", m.Name, m.Path, m.URL)
		if fs.ValidPath(m.Path) {
			files[m.Path] = File{Mode: Gitlink, Content: m.Commit}
		}
	}
	files[".gitmodules"] = File{Content: text.String()}
	return s.Add(name, Repository{Commits: []Commit{{Ref: "refs/heads/main", Files: files}}})
}

// addNested adds super.git, with libs/inner.git by a relative address, which has libs/deep.git by another.
func (s *Store) addNested() error {
	deep, err := s.Commit("libs/deep.git", "main")
	if err != nil {
		return err
	}
	if err := s.AddSuper("libs/inner.git", Submodule{Name: "deep", Path: "deep", URL: "../deep.git", Commit: deep}); err != nil {
		return err
	}
	inner, err := s.Commit("libs/inner.git", "main")
	if err != nil {
		return err
	}
	return s.AddSuper("super.git", Submodule{Name: "inner", Path: "libs/inner", URL: "../libs/inner.git", Commit: inner})
}

// Large is the content of large.bin in lfs.git, where git alone has a pointer to it.
var Large = strings.Repeat("a large file, line by line\n", 4096)

func (s *Store) lfsDir() string { return filepath.Join(filepath.Dir(s.Dir), "lfs") }

func largeID() string {
	sum := sha256.Sum256([]byte(Large))
	return hex.EncodeToString(sum[:])
}

// addLarge adds lfs.git, whose large.bin is kept apart.
func (s *Store) addLarge() error {
	pointer := fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n", largeID(), len(Large))
	files := map[string]File{
		".gitattributes": {Content: "*.bin filter=lfs diff=lfs merge=lfs -text\n"}, "large.bin": {Content: pointer}, "README.md": {Content: "large\n"},
	}
	return errors.Join(
		os.WriteFile(filepath.Join(s.lfsDir(), largeID()), []byte(Large), 0o644),
		s.Add("lfs.git", Repository{Commits: []Commit{{Ref: "refs/heads/main", Files: files}}}),
	)
}

// lfsTable is the answer to a question for large files: all there are. @BASE@ stands for where they are.
func (s *Store) lfsTable() ([]byte, error) {
	type object map[string]any
	return json.Marshal(object{"transfer": "basic", "objects": []object{{
		"oid": largeID(), "size": len(Large), "actions": object{"download": object{"href": "@BASE@/" + largeID()}},
	}}})
}
