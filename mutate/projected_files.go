package mutate

import (
	"cmp"
	"fmt"
	"path"
)

// judgeFiles refuses a path that two sources of an entry write down: one of them would never be seen. The API server refuses that too, but not for
// tokens, and without saying where. Refused is also a file that is the directory of another, which the API server lets pass: no kubelet can make both,
// and the Pod would never start.
func (r *projectedReader) judgeFiles(p projection) {
	known := treeOfFiles{files: map[string]broughtFile{}, directories: map[string]broughtFile{}}
	for _, source := range p.sources {
		for _, file := range source.files {
			brought := broughtFile{file, source}
			if detail := known.add(brought); detail != "" {
				r.RefuseValue(file.place, file.path, "in "+cmp.Or(p.path, "this directory")+", "+detail+"; choose another path for one of them")
			}
		}
	}
}

// broughtFile is a file with the source that brings it.
type broughtFile struct {
	projectedFile
	source projectedSource
}

// String names the source for messages, with where the file stands.
func (f broughtFile) String() string {
	return fmt.Sprintf("%s at %v", cut(f.source.text, maxValue), f.place)
}

// treeOfFiles are the files of a directory, and the directories in it with the first file that needs each.
type treeOfFiles struct{ files, directories map[string]broughtFile }

// add says why a file cannot be added.
func (t treeOfFiles) add(file broughtFile) string {
	if before, twice := t.files[file.path]; twice {
		return fmt.Sprintf("this file is brought by %v already", before)
	}
	if needs, isDirectory := t.directories[file.path]; isDirectory {
		return fmt.Sprintf("this is a directory, because of the file %s of %v", cut(needs.path, maxValue), needs)
	}
	t.files[file.path] = file
	for directory := path.Dir(file.path); directory != "."; directory = path.Dir(directory) {
		if before, isFile := t.files[directory]; isFile {
			return fmt.Sprintf("%s is a file, of %v, and no directory", cut(directory, maxValue), before)
		}
		if _, known := t.directories[directory]; known {
			break // and those above it
		}
		t.directories[directory] = file
	}
	return ""
}
