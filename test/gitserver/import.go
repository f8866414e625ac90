package gitserver

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// gitLibrary is where Debian's git keeps the programs that are not for people.
const gitLibrary = "/usr/lib/git-core"

// config lets git serve repositories of another user, and clients leave out what they do not want.
const config = `[safe]
	directory = *
[uploadpack]
	allowFilter = true
`

// environment is that of git for the store: no configuration of this machine, and none of a git that runs the tests.
var environment = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") }),
	"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C",
	"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")

// Modes of a [File].
const (
	Executable = "100755"
	Symlink    = "120000"
	Gitlink    = "160000" // the content is the commit of a submodule
)

// File is an entry of a tree.
type File struct {
	// Mode is empty for a plain file.
	Mode    string
	Content string
}

// Commit is one commit of a [Repository]. Commits are numbered from 1.
type Commit struct {
	// Ref moves to it.
	Ref string
	// From is the number of its parent; 0 is what Ref is at, or nothing.
	From int
	// Files are added to those of its parent.
	Files map[string]File
}

// Repository is what a repository is made of.
type Repository struct {
	// Branch is what HEAD names; empty is main.
	Branch string
	// Format is sha1 or sha256; empty is sha1.
	Format  string
	Commits []Commit
	// Light and Annotated are tags, by name: the number of the commit.
	Light, Annotated map[string]int
	// Config is its configuration.
	Config map[string]string
}

// Add makes a bare repository, whose name ends in .git.
func (s *Store) Add(name string, r Repository) error {
	dir := filepath.Join(s.Dir, name)
	if err := s.git("", nil, "init", "--quiet", "--bare", "--template=", "--object-format="+or(r.Format, "sha1"),
		"--initial-branch="+or(r.Branch, "main"), dir); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(r.Config)) {
		if err := s.git(dir, nil, "config", key, r.Config[key]); err != nil {
			return err
		}
	}
	var stream bytes.Buffer
	r.write(&stream)
	if err := s.git(dir, &stream, "fast-import", "--quiet", "--force"); err != nil {
		return err
	}
	return s.git(dir, nil, "update-server-info") // for the dumb protocol
}

// write writes the repository for git fast-import.
func (r Repository) write(w *bytes.Buffer) {
	for i, c := range r.Commits {
		fmt.Fprintf(w, "commit %s\nmark :%d\ncommitter %s\n", c.Ref, i+1, signature(i))
		writeData(w, fmt.Sprintf("commit %d\n", i+1))
		if c.From != 0 {
			fmt.Fprintf(w, "from :%d\n", c.From)
		}
		for _, path := range slices.Sorted(maps.Keys(c.Files)) {
			f := c.Files[path]
			if f.Mode == Gitlink {
				fmt.Fprintf(w, "M %s %s %s\n", f.Mode, f.Content, strconv.Quote(path))
				continue
			}
			fmt.Fprintf(w, "M %s inline %s\n", or(f.Mode, "100644"), strconv.Quote(path))
			writeData(w, f.Content)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Light)) {
		fmt.Fprintf(w, "reset refs/tags/%s\nfrom :%d\n\n", name, r.Light[name])
	}
	for _, name := range slices.Sorted(maps.Keys(r.Annotated)) {
		fmt.Fprintf(w, "tag %s\nfrom :%d\ntagger %s\n", name, r.Annotated[name], signature(0))
		writeData(w, "the tag "+name+"\n")
	}
}

// signature is who did it and when, always the same, so that the hashes are.
func signature(n int) string {
	return fmt.Sprintf("Someone <someone@example.com> %d +0000", 1700000000+60*n)
}

func writeData(w *bytes.Buffer, content string) {
	fmt.Fprintf(w, "data %d\n%s\n", len(content), content)
}

// git runs git in a repository.
func (s *Store) git(dir string, input io.Reader, args ...string) error {
	command := exec.Command("git", args...)
	command.Dir, command.Stdin, command.Env = dir, input, environment
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s in %s: %w\n%s", args[0], dir, err, output)
	}
	return nil
}

func or(value, other string) string {
	if value == "" {
		return other
	}
	return value
}
