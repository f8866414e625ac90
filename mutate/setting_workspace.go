package mutate

import (
	"path"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

const workspaceHint = "write an absolute path such as /workspace, without . and .. in it, a slash at its end or a colon"

// readWorkspace reads orderly.dev/workspace, the path at which every step sees the same directory, see shared_directories.go.
func readWorkspace(s subject, into *settings) field.ErrorList {
	w, given := s.wish(contract.AnnotationWorkspace)
	switch {
	case !given:
		return nil
	case underRoot(w.text):
		return field.ErrorList{field.Invalid(w.path(), w.text, reservedPath)}
	case !path.IsAbs(w.text), w.text == "/", path.Clean(w.text) != w.text,
		strings.Contains(w.text, ":"), strings.ContainsFunc(w.text, func(r rune) bool { return !unicode.IsPrint(r) }):
		return field.ErrorList{field.Invalid(w.path(), w.text, "this cannot be the path of the workspace; "+workspaceHint)}
	}
	into.workspace = w.text
	return nil
}
