package main

import (
	"errors"
	"path"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"orderly.dev/mutate/contract"
)

// Configuration files are made of templates before the command starts. They know two directives and refuse all others, so that
// nobody believes in more. A file of which a part would be missing is not made.

// maxTemplate bounds a template, in bytes: what a ConfigMap can hold.
const maxTemplate = 1 << 20

// directoryMode is that of directories that are made for the files.
const directoryMode = 0o755

// makeTemplates makes each destination of its source, in order, with the source's permissions. It ends at the first that
// cannot be made.
func makeTemplates(list []contract.Template) error {
	for _, t := range list {
		if err := makeTemplate(t); err != nil {
			return errors.New("making " + t.Destination + ": " + err.Error())
		}
	}
	return nil
}

func makeTemplate(t contract.Template) error {
	text, err := readAtMost(t.Source, maxTemplate+1)
	if err == nil && len(text) > maxTemplate {
		err = errors.New("longer than 1 MiB")
	}
	if err != nil {
		return errors.New("reading " + t.Source + ": " + err.Error())
	}
	made, err := render(text, func(directive string) (string, error) {
		if directive == hostnameDirective {
			return hostname()
		}
		return ownAddress(t.Interface)
	})
	if err != nil {
		return errors.New(t.Source + ":" + err.Error())
	}
	var info syscall.Stat_t
	if err := syscall.Stat(t.Source, &info); err != nil {
		return errors.New("reading the permissions of " + t.Source + ": " + err.Error())
	}
	if err := makeDirectories(path.Dir(t.Destination)); err != nil {
		return err
	}
	return writeFile(t.Destination, made, info.Mode&0o777)
}

// The directives of a template.
const (
	addressDirective  = ".IP"
	hostnameDirective = ".HOSTNAME"
)

// render replaces every directive of a text by its value; values are asked for only where they are used. An error begins with the
// line and the column, in characters, of the directive.
func render(text string, value func(directive string) (string, error)) (string, error) {
	var made strings.Builder
	for rest := text; ; {
		before, behind, found := strings.Cut(rest, "{{")
		made.WriteString(before)
		if !found {
			return made.String(), nil
		}
		at := len(text) - len(behind) - len("{{")
		directive, after, closed := strings.Cut(behind, "}}")
		directive = strings.Trim(directive, " ")
		if !closed || directive != addressDirective && directive != hostnameDirective {
			return "", refusal(text, at)
		}
		v, err := value(directive)
		if err != nil {
			return "", errors.New(position(text, at) + ": {{ " + directive + " }}: " + err.Error())
		}
		made.WriteString(v)
		rest = after
	}
}

// maxQuoted bounds what an error quotes of a template, in bytes.
const maxQuoted = 40

// refusal says what is wrong at that offset of a template.
func refusal(text string, at int) error {
	line, _, _ := strings.Cut(text[at:], "\n")
	directive, _, closed := strings.Cut(line, "}}")
	problem := " is not a directive"
	switch {
	case closed:
		directive += "}}"
	default:
		problem = " has no end on its line"
	}
	if len(directive) > maxQuoted {
		directive = directive[:maxQuoted] + "…"
	}
	return errors.New(position(text, at) + ": " + strconv.Quote(directive) + problem +
		"; there are {{ .IP }} and {{ .HOSTNAME }}, and no way to write two opening braces")
}

// position is the line and the column of an offset, both from 1.
func position(text string, at int) string {
	before := text[:at]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return strconv.Itoa(line) + ":" + strconv.Itoa(column)
}

// hostname is the name that uname(2) gives, which is the Pod's.
func hostname() (string, error) {
	var system syscall.Utsname
	if err := syscall.Uname(&system); err != nil {
		return "", errors.New("asking the kernel for it: " + err.Error())
	}
	var name []byte
	for _, c := range system.Nodename {
		if c == 0 {
			break
		}
		name = append(name, byte(c))
	}
	return string(name), nil
}

// makeDirectories makes a directory and those above it that are missing.
func makeDirectories(directory string) error {
	err := syscall.Mkdir(directory, directoryMode)
	if err == syscall.ENOENT && directory != path.Dir(directory) {
		if err := makeDirectories(path.Dir(directory)); err != nil {
			return err
		}
		err = syscall.Mkdir(directory, directoryMode)
	}
	if err != nil && !isDirectory(directory) {
		return errors.New("making the directory " + directory + ": " + err.Error() + "; is the one above it writable for user " +
			strconv.Itoa(syscall.Getuid()) + "?")
	}
	return nil
}

func isDirectory(name string) bool {
	var info syscall.Stat_t
	return syscall.Stat(name, &info) == nil && info.Mode&syscall.S_IFMT == syscall.S_IFDIR
}

// writeFile puts a file in place in one step.
func writeFile(file, text string, mode uint32) error {
	temporary := temporaryFor(file)
	err := writeNew(temporary, text, mode)
	if err == nil {
		if err = syscall.Rename(temporary, file); err != nil {
			err = errors.New("renaming " + temporary + " to it: " + err.Error() +
				"; it must not be a mount of its own: mount the directory")
		}
	}
	if err != nil {
		_ = syscall.Unlink(temporary)
	}
	return err
}

func writeNew(file, text string, mode uint32) error {
	fd, err := syscall.Open(file, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL|syscall.O_CLOEXEC, mode)
	if err != nil {
		return errors.New("creating " + file + ": " + err.Error())
	}
	err = writeAll(fd, []byte(text))
	if err == nil {
		err = syscall.Fchmod(fd, mode) // whatever the umask took
	}
	if closed := syscall.Close(fd); err == nil {
		err = closed
	}
	if err != nil {
		return errors.New("writing " + file + ": " + err.Error())
	}
	return nil
}
