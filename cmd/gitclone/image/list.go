package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// pinned is one binary package of Debian, to the bit.
type pinned struct {
	name         string
	version      string // with its epoch, as apt writes it
	architecture string // Debian's word: amd64, arm64, or all for any
	sha256       string // of the package's file, in hexadecimal
}

func (p pinned) String() string { return p.name + " " + p.version + " (" + p.architecture + ")" }

// fields say what a line of the list may hold. They are as narrow as Debian's policy, because names and versions become arguments
// of apt-get.
var fields = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"the name", regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]+$`)},
	{"the version", regexp.MustCompile(`^([0-9]+:)?[0-9][A-Za-z0-9.+~-]*$`)},
	{"the architecture", regexp.MustCompile(`^(amd64|arm64|all)$`)},
	{"the checksum", regexp.MustCompile(`^[0-9a-f]{64}$`)},
}

// parseList reads a list of packages: one a line, "name version architecture sha256", and comments after #. It reports all that is
// wrong, with line numbers.
func parseList(text string) ([]pinned, error) {
	var list []pinned
	var problems []error
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		p, err := parseLine(line)
		if err == nil && slices.ContainsFunc(list, p.collides) {
			err = fmt.Errorf("%s comes twice for the same architecture", p.name)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("line %d: %w", i+1, err))
		}
		list = append(list, p)
	}
	if len(problems) == 0 && len(list) == 0 {
		problems = append(problems, errors.New("it names no package"))
	}
	return list, errors.Join(problems...)
}

func parseLine(line string) (pinned, error) {
	words := strings.Fields(line)
	if len(words) != len(fields) {
		return pinned{}, fmt.Errorf("has %d words: want name, version, architecture, sha256", len(words))
	}
	for i, field := range fields {
		if !field.pattern.MatchString(words[i]) {
			return pinned{}, fmt.Errorf("%q is not %s of a package", words[i], field.name)
		}
	}
	return pinned{name: words[0], version: words[1], architecture: words[2], sha256: words[3]}, nil
}

// collides tells whether an image of some architecture would get both.
func (p pinned) collides(other pinned) bool {
	return p.name == other.name && (p.architecture == other.architecture || p.architecture == "all" || other.architecture == "all")
}

// forArchitecture returns the packages that an image of this architecture is made of.
func forArchitecture(list []pinned, architecture string) []pinned {
	return slices.DeleteFunc(slices.Clone(list), func(p pinned) bool { return p.architecture != architecture && p.architecture != "all" })
}

const listHeader = `# The Debian packages that the cloner's image is made of: name, version, architecture, SHA-256 of the file.
# Renewed by "make cloner-packages", which takes what the machine's package sources offer; look at the difference before you commit it.
`

// formatList writes what parseList reads, sorted.
func formatList(list []pinned) string {
	lines := slices.SortedFunc(slices.Values(list), func(a, b pinned) int {
		return cmp.Or(cmp.Compare(a.architecture, b.architecture), cmp.Compare(a.name, b.name))
	})
	var text strings.Builder
	text.WriteString(listHeader)
	for _, p := range slices.Compact(lines) {
		fmt.Fprintf(&text, "%s %s %s %s\n", p.name, p.version, p.architecture, p.sha256)
	}
	return text.String()
}
