package clone

import (
	"errors"
	"fmt"
	"strings"
)

const sparseHint = "write directories as they are called in the repository, such as [docs, tools/build]"

// CheckSparse judges a directory of a sparse checkout. It is a path in the repository, and no pattern: git is told to take it literally, but
// older ones do not, so what could be a pattern is refused.
func CheckSparse(directory string) error {
	if err := checkPath(directory); err != nil {
		return fmt.Errorf("%w; %s", err, sparseHint)
	}
	switch {
	case directory == ".":
		return errors.New("this is everything, which is checked out without sparse; " + sparseHint)
	case strings.ContainsAny(directory, "*?[]"), strings.ContainsAny(directory[:1], `!#"`):
		return errors.New("this is a pattern, not the path of a directory; " + sparseHint)
	}
	return nil
}
