package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// ownEnvironment is the environment as the runtime gave it, each entry ended by a zero byte (proc(5)). Go's own list would
// leave out the second of two variables of the same name and whatever has no name.
const ownEnvironment = "/proc/self/environ"

// Bounds, in bytes: the kernel takes at most 6 MiB of arguments and environment together (execve(2)).
const (
	maxEnvironment = 8 << 20
	maxEnvFile     = 1 << 20
)

// environment returns the variables that the command gets: those of the container exactly as the runtime gave them, and
// behind them those of the files that the container does not set itself, as with env and envFrom in Kubernetes. Of
// the same name in several files, or twice in one, the last counts.
func environment(files []string) ([]string, error) {
	own := given()
	if len(files) == 0 {
		return own, nil
	}
	var added []variable
	for _, file := range files {
		text, err := readAtMost(file, maxEnvFile+1)
		if err == nil && len(text) > maxEnvFile {
			err = errors.New("longer than 1 MiB")
		}
		if err != nil {
			return nil, errors.New("reading the variables in " + file + ": " + err.Error())
		}
		variables, err := parseVariables(text)
		if err != nil {
			return nil, errors.New(file + ":" + err.Error())
		}
		added = append(added, variables...)
	}
	return extend(own, added), nil
}

// given is the environment of this process. Where it cannot be read, because /proc is not there, Go's list has to do.
func given() []string {
	text, err := readAtMost(ownEnvironment, maxEnvironment)
	if err != nil || len(text) == maxEnvironment {
		return syscall.Environ()
	}
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\x00"), "\x00")
}

// variable is one line of a file with variables.
type variable struct{ name, value string }

// extend appends the variables that own does not have. Own stays as it is.
func extend(own []string, added []variable) []string {
	at := make(map[string]int, len(own)+len(added))
	for _, entry := range own {
		name, _, _ := strings.Cut(entry, "=")
		at[name] = -1
	}
	list := slices.Clip(own)
	for _, v := range added {
		place, known := at[v.name]
		switch entry := v.name + "=" + v.value; {
		case !known:
			at[v.name] = len(list)
			list = append(list, entry)
		case place >= 0:
			list[place] = entry
		}
	}
	return list
}

// parseVariables reads lines NAME=VALUE. Everything behind the equals sign is the value, quotes and spaces too; empty lines and
// those that begin with # say nothing. An error begins with the number of the line.
func parseVariables(text string) ([]variable, error) {
	var list []variable
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		line = strings.TrimSuffix(line, "\r")
		bare := strings.TrimLeft(line, " \t")
		if bare == "" || bare[0] == '#' {
			continue
		}
		name, value, found := strings.Cut(bare, "=")
		switch {
		case !found:
			return nil, errors.New(strconv.Itoa(number) + ": no equals sign; a line is NAME=VALUE, empty, or a # comment")
		case !isVariable(name):
			return nil, errors.New(strconv.Itoa(number) + ": " + strconv.Quote(name) +
				" is not the name of a variable: letters, digits, - _ and ., the first not a digit")
		case strings.Contains(value, "\x00"):
			return nil, errors.New(strconv.Itoa(number) + ": a zero byte in the value of " + name)
		}
		list = append(list, variable{name, value})
	}
	return list, nil
}

// isVariable accepts the names that Kubernetes accepts by default for variables, and no others: what is refused here
// was most likely meant for a shell, such as "export NAME".
func isVariable(name string) bool {
	for _, c := range []byte(name) {
		if c != '-' && c != '_' && c != '.' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return name != "" && (name[0] < '0' || name[0] > '9')
}
