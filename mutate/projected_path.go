package mutate

import (
	"path"
	"strings"
	"unicode"

	"orderly.dev/mutate/annotation"
)

const (
	// maxPathBytes bounds a path. That of a directory and of a file in it together stay below what Linux takes (PATH_MAX, 4,096 bytes), and so does that
	// of a file with the kubelet's own directory before it.
	maxPathBytes = 2000
	// maxNameBytes bounds each name in a path, as Linux does (NAME_MAX). The kubelet would say so only on the node.
	maxNameBytes = 255
)

// nodesOwn is what the container runtime itself mounts in every container, in memory or as single files. A directory in the place of one, or
// around one, keeps the container from starting; so does one in /proc or /sys, where no directory can be made to mount it on (containerd, function
// linuxContainerMounts; runc, function checkProcMount).
var nodesOwn = []string{"/proc", "/sys", "/dev", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"}

// directory reads where an entry is mounted; empty where that cannot be.
func (r *projectedReader) directory(v annotation.Value) string {
	text, ok := r.Text(v)
	switch {
	case !ok:
		return ""
	case underRoot(text):
		r.RefuseValue(v.Place, text, reservedPath)
		return ""
	}
	if detail := badDirectory(text); detail != "" {
		r.RefuseValue(v.Place, text, detail)
		return ""
	}
	for _, own := range nodesOwn {
		if overlap(text, own) {
			r.RefuseValue(v.Place, text, "the node mounts "+own+" in every container, and a directory here can keep it from starting; choose another path")
			return ""
		}
	}
	return text
}

// badDirectory says why a volume cannot be mounted at a path. That the path has no colon is a rule of the API (core/v1, VolumeMount).
func badDirectory(text string) string {
	const hint = "; write an absolute path such as /props"
	switch {
	case !path.IsAbs(text), text == "/", path.Clean(text) != text, strings.Contains(text, ":"):
		return "this cannot be the path of a directory" + hint + ", without . and .. in it, a slash at its end or a colon"
	case !isPrintable(text):
		return "the path of a directory has characters that cannot be seen" + hint
	case !isShort(text):
		return "the path of a directory has up to 2000 bytes, and each name in it up to 255" + hint
	}
	return ""
}

// badFile says why a file cannot be made in a directory. The names that begin with two dots are those of the kubelet, which keeps its data in
// ..data (kubernetes/pkg/volume/util, AtomicWriter).
func badFile(text string) string {
	const hint = "; write a path below the directory, such as recipe.txt or recipes/brownies.txt"
	switch {
	case text == "":
		return "a file has a name" + hint
	case path.IsAbs(text):
		return "a file's path is relative to the directory" + hint
	case strings.HasPrefix(text, ".."):
		return "a file's path cannot begin with .., which is the kubelet's" + hint
	case path.Clean(text) != text, text == ".":
		return "a file's path has no . and .. in it, and no slash at its end or beside another" + hint
	case !isPrintable(text):
		return "a file's path has characters that cannot be seen" + hint
	case !isShort(text):
		return "a file's path has up to 2000 bytes, and each name in it up to 255" + hint
	}
	return ""
}

func isShort(text string) bool {
	for name := range strings.SplitSeq(text, "/") {
		if len(name) > maxNameBytes {
			return false
		}
	}
	return len(text) <= maxPathBytes
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// overlap reports whether two clean, absolute paths are the same, or one is in the other.
func overlap(a, b string) bool { return a == b || inside(a, b) || inside(b, a) }
