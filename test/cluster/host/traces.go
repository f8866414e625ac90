package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Traces are what components leave on the machine in places that no setting of theirs can move. Record notes how things were before
// they start, Undo makes them so again.
type Traces struct {
	Folders  []string // removed if they were not there before and nobody else put something into them; inner ones first
	Contents []string // files in one of Folders that have a common name: removed if that folder was not there before
	Files    []string // patterns that only files of ours match
	Links    []string // folders in which links into the node's own folder are removed
	Sysctls  []string // set back; relative to /proc/sys
}

// recorded is how the machine was before.
type recorded struct {
	Made    []string          // folders that were not there
	Sysctls map[string]string // values
}

// Record notes how things are, in a file for Undo.
func (t Traces) Record(path string) error {
	before := recorded{Sysctls: map[string]string{}}
	for _, folder := range t.Folders {
		if _, err := os.Lstat(folder); errors.Is(err, fs.ErrNotExist) {
			before.Made = append(before.Made, folder)
		}
	}
	for _, name := range t.Sysctls {
		if value, err := os.ReadFile(filepath.Join("/proc/sys", name)); err == nil {
			before.Sysctls[name] = strings.TrimSpace(string(value))
		}
	}
	content, err := json.Marshal(before)
	if err != nil {
		return fmt.Errorf("noting how the machine is: %w", err)
	}
	return os.WriteFile(path, content, 0o640)
}

// Undo makes the machine as it was. Without a record nothing was started, and there is nothing to undo.
func (t Traces) Undo(path, own string) error {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading how the machine was: %w", err)
	}
	var before recorded
	if err := json.Unmarshal(content, &before); err != nil {
		return fmt.Errorf("reading how the machine was, in %s: %w", path, err)
	}
	var errs []error
	for name, value := range before.Sysctls {
		errs = append(errs, restore(filepath.Join("/proc/sys", name), value))
	}
	return errors.Join(append(errs, t.removeOwn(own), t.removeMade(before.Made))...)
}

// removeMade removes the folders that were not there before. One that is not empty then is used by someone else meanwhile.
func (t Traces) removeMade(folders []string) error {
	var errs []error
	for _, file := range t.Contents {
		if slices.Contains(folders, filepath.Dir(file)) {
			errs = append(errs, ignore(os.Remove(file), fs.ErrNotExist))
		}
	}
	for _, folder := range folders {
		errs = append(errs, ignore(ignore(os.Remove(folder), fs.ErrNotExist), syscall.ENOTEMPTY))
	}
	return errors.Join(errs...)
}

// ignore takes one error for success.
func ignore(err, harmless error) error {
	if errors.Is(err, harmless) {
		return nil
	}
	return err
}

// restore sets a switch back only if it has changed: setting some again is refused on some machines.
func restore(path, value string) error {
	now, err := os.ReadFile(path)
	if err != nil || strings.TrimSpace(string(now)) == value {
		return err
	}
	return writeExisting(path, value)
}

// removeOwn removes files and links of ours in folders that others use too.
func (t Traces) removeOwn(own string) error {
	var errs []error
	for _, pattern := range t.Files {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			errs = append(errs, os.Remove(file))
		}
	}
	for _, folder := range t.Links {
		links, _ := filepath.Glob(filepath.Join(folder, "*"))
		for _, link := range links {
			if target, err := os.Readlink(link); err == nil && Below(target, own) {
				errs = append(errs, os.Remove(link))
			}
		}
	}
	return errors.Join(errs...)
}
