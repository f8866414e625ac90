package clone

import (
	"errors"
	"net/url"
	"path"
	"strings"
)

// gitSuffix is at the end of many addresses. The directory of a repository goes without it, as for `git clone`.
const gitSuffix = ".git"

// encoding says what a percent sign means in a path.
type encoding bool

const (
	percentDecoded encoding = true
	asWritten      encoding = false
)

// checkURLPath judges the path of an address: as it is written, and as it is when git has decoded it.
func checkURLPath(written string, is encoding) error {
	decoded := written
	if is == percentDecoded {
		var err error
		if decoded, err = url.PathUnescape(written); err != nil {
			return errors.New("the address has a percent sign without two hexadecimal digits behind it; write %25 for one")
		}
	}
	switch {
	case strings.Contains(written, "@"):
		return errors.New("there is an at sign in the path of the address, as if a password stood before it; " +
			"put a password into a Secret, and write %40 for the sign itself")
	case strings.ContainsFunc(written, func(r rune) bool { return r < 0x80 && !isOneOf(r, "-._~+,=:/%") }):
		return errors.New("the path of the address has other characters than letters, digits, and any of - . _ ~ + , = : /; write them as %20 and so on")
	case !isPrintable(decoded), strings.Contains(decoded, `\`):
		return errors.New("the path of the address has encoded characters that are not possible in it; " + urlHint)
	case strings.Count(decoded, "/") != strings.Count(written, "/"):
		return errors.New("the path of the address has an encoded slash; write /")
	case strings.HasPrefix(strings.TrimLeft(decoded, "/"), "-"):
		return errors.New("the path of the address begins with a dash, as an option does; " + urlHint)
	}
	for element := range strings.SplitSeq(decoded, "/") {
		if element == "." || element == ".." {
			return errors.New("the path of the address has . or .. in it; write where the repository is")
		}
	}
	if repositoryName(decoded) == "" {
		return errNoRepository
	}
	return nil
}

// Name is the last element of the path without .git, which the repository is called by default. It is not always a [Path]: such as -x.
func (u URL) Name() string {
	if u.text == "" {
		return ""
	}
	decoded := u.Path
	if strings.HasPrefix(u.text, string(u.Scheme)+"://") {
		decoded, _ = url.PathUnescape(u.Path) // no error: ParseURL has done it before
	}
	return repositoryName(decoded)
}

// repositoryName is what `git clone` calls the directory (guess_dir_name of git's dir.c): for /team/app/.git it is app.
func repositoryName(decoded string) string {
	trimmed := strings.TrimRight(decoded, "/")
	trimmed = strings.TrimRight(strings.TrimSuffix(trimmed, "/"+gitSuffix), "/")
	name := strings.TrimSuffix(path.Base("/"+trimmed), gitSuffix)
	if name == "/" {
		return ""
	}
	return name
}
