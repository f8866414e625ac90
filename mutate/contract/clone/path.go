package clone

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// Path is where a repository goes: relative, clean, below the workspace. "." is the workspace itself.
type Path string

// Bounds of a path in bytes: what Linux takes as the name of a file, and enough of what it takes as a path to leave room for what lies below.
const (
	maxElement = 255
	maxPath    = 1024
)

const pathHint = "write a path below the workspace such as app or libs/app, or . for the workspace itself"

// ParsePath reads a path. One that leaves the workspace is an error, as is one that names .git, or that git or a shell could take for an option.
func ParsePath(text string) (Path, error) {
	if err := checkPath(text); err != nil {
		return "", fmt.Errorf("%w; %s", err, pathHint)
	}
	return Path(text), nil
}

// checkPath says what is wrong with a path, without a hint.
func checkPath(text string) error {
	switch {
	case text == "":
		return errors.New("the path is empty")
	case len(text) > maxPath:
		return fmt.Errorf("the path has more than %d bytes", maxPath)
	case !isPrintable(text):
		return errors.New("the path has characters that cannot be printed")
	case strings.Contains(text, `\`):
		return errors.New("the path has a backslash")
	case path.IsAbs(text):
		return errors.New("the path is absolute")
	case text == "..", strings.HasPrefix(path.Clean(text), "../"):
		return errors.New("the path leads outside")
	case path.Clean(text) != text:
		return fmt.Errorf("the path is longer than it need be; it is the same as %s", path.Clean(text))
	}
	for element := range strings.SplitSeq(text, "/") {
		if err := checkElement(element); err != nil {
			return err
		}
	}
	return nil
}

func checkElement(element string) error {
	switch {
	case strings.EqualFold(element, gitSuffix):
		return errors.New("the path names .git, where git keeps what is its own")
	case element[0] == '-':
		return errors.New("a part of the path begins with a dash, as an option does")
	case len(element) > maxElement:
		return fmt.Errorf("a part of the path has more than %d bytes", maxElement)
	}
	return nil
}

// UnmarshalText reads it by [ParsePath].
func (p *Path) UnmarshalText(text []byte) error {
	parsed, err := ParsePath(string(text))
	*p = parsed
	return err
}
