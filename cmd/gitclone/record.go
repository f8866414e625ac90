package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"orderly.dev/mutate/contract/clone"
)

// record says that a repository is complete. It is written before the tree is moved to its place, in one step, from Part: as long as Part is there,
// only that step is missing. So whenever the cloner is killed, what it had done is either complete or in a directory that no record names,
// and nothing that is in its place is ever removed.
type record struct {
	Repository clone.Repository `json:"repository"`
	Source     clone.Source     `json:"source"`
	// Part is where the tree comes from, the name of a directory below layout.part.
	Part string `json:"part"`
}

// maxRecord bounds a record, in bytes. An order is not longer either.
const maxRecord = 128 << 10

func (l layout) recordFile(index int) string {
	return filepath.Join(l.state, fmt.Sprintf("%d.json", index))
}

// treeOf is the directory of a tree that is not in its place yet.
func (l layout) treeOf(part string) string { return filepath.Join(l.part, part, "tree") }

// loadRecord returns the record of a repository, and false where there is none for exactly this one.
func (l layout) loadRecord(index int, r clone.Repository) (record, bool) {
	text, err := readAtMost(l.recordFile(index), maxRecord)
	if err != nil {
		return record{}, false
	}
	var found record
	if json.Unmarshal([]byte(text), &found) != nil || !isName(found.Part) {
		return record{}, false
	}
	return found, encode(found.Repository) == encode(r)
}

// isName reports whether a text is the name of something in a directory, and not of the directory or the one above it.
func isName(text string) bool {
	return filepath.Base(text) == text && filepath.IsLocal(text) && text != "."
}

// encode writes a repository as orders do: two that are equal are written alike.
func encode(r clone.Repository) string {
	return clone.Order{Repositories: []clone.Repository{r}}.Encode()
}

func (l layout) saveRecord(index int, r record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing what is complete: %w", err)
	}
	return publish(l.recordFile(index), string(text)+"\n", 0o644)
}

// sweep removes everything but the records of the order and what they name, and returns those records. Nothing in its place is touched.
func (l layout) sweep(o clone.Order) (map[int]record, error) {
	records, kept := map[int]record{}, map[string]bool{}
	for i, r := range o.Repositories {
		if found, ok := l.loadRecord(i, r); ok {
			records[i] = found
			kept[filepath.Base(l.recordFile(i))], kept[found.Part] = true, true
		}
	}
	return records, errors.Join(removeBut(l.state, kept), removeBut(l.part, kept), removeBut(l.private, map[string]bool{filepath.Base(l.passwd): true}))
}

// removeBut empties a directory but for some names, and makes it where it is missing.
func removeBut(directory string, kept map[string]bool) error {
	if err := os.MkdirAll(directory, 0o777); err != nil {
		return fmt.Errorf("preparing %s: %w", directory, err)
	}
	entries, err := os.ReadDir(directory)
	for _, entry := range entries {
		if !kept[entry.Name()] {
			err = errors.Join(err, removeAll(filepath.Join(directory, entry.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("removing what is half done: %w", err)
	}
	return nil
}

// removeAll removes a directory into which somebody may still write: where the cloner is not the first process of its container, what its git
// had started outlives it for a moment when it is killed.
func removeAll(name string) error {
	const tries, pause = 40, 50 * time.Millisecond
	for try := 1; ; try++ {
		err := os.RemoveAll(name)
		if !errors.Is(err, syscall.ENOTEMPTY) || try == tries {
			return err
		}
		<-time.After(pause)
	}
}
