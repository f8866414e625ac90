package container

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Seen is what was seen of the processes of a [Run]: words that their command lines and environments held.
type Seen struct {
	// Commands are the command lines, each once.
	Commands []string
	// Found are the places where one of the texts was: "environ of git-remote-https …".
	Found []string
}

// pause is between two looks: shorter than any git runs that talks to a server.
const pause = 4 * time.Millisecond

// Watch looks at every process of the cloner, itself included, again and again until it has ended, for any of the texts.
func (r *Run) Watch(texts []string) Seen {
	commands, found := map[string]bool{}, map[string]bool{}
	for running := true; running; {
		for _, id := range descendants(r.Process()) {
			look(id, texts, commands, found)
		}
		select {
		case <-r.ended:
			running = false
		case <-time.After(pause):
		}
	}
	return Seen{Commands: slices.Sorted(maps.Keys(commands)), Found: slices.Sorted(maps.Keys(found))}
}

func look(id int, texts []string, commands, found map[string]bool) {
	dir := filepath.Join("/proc", strconv.Itoa(id))
	line, err := os.ReadFile(filepath.Join(dir, "cmdline"))
	if err != nil || len(line) == 0 {
		return // it has ended
	}
	command := strings.TrimSpace(string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
	commands[command] = true
	environment, _ := os.ReadFile(filepath.Join(dir, "environ")) // it may have ended
	for _, text := range texts {
		for name, content := range map[string][]byte{"cmdline": line, "environ": environment} {
			if bytes.Contains(content, []byte(text)) {
				found[fmt.Sprintf("%s of %s", name, command)] = true
			}
		}
	}
}

// descendants are a process and all below it. In its process table it is the first, so that nothing gets lost from below it.
func descendants(id int) []int {
	all := []int{id}
	for i := 0; i < len(all); i++ {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", all[i]))
		for _, file := range files {
			children, _ := os.ReadFile(file) // it may have ended
			for child := range strings.FieldsSeq(string(children)) {
				if n, err := strconv.Atoi(child); err == nil {
					all = append(all, n)
				}
			}
		}
	}
	return all
}
