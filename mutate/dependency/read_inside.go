package dependency

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// What only the waiting container can find out is told its wrapper by flags, so the wrapper's own reader of flags judges it.

// maxFilePath is the longest path that Linux takes (PATH_MAX), less its end.
const maxFilePath = 4095

func (r *entryReader) path(v annotation.Value) string {
	text, ok := r.Text(v)
	if ok && !isFilePath(text) {
		r.RefuseValue(v.Place, text, "not the absolute path of a file, without .. and commas, such as /config/done")
		return ""
	}
	return text
}

func isFilePath(text string) bool {
	return len(text) <= maxFilePath && isPrintable(text) && text != "/" && path.IsAbs(text) && path.Clean(text) == text &&
		flagTakes("-file", text, func(o contract.Options) []string { return o.Files })
}

func (r *entryReader) address(v annotation.Value) string {
	text, ok := r.Text(v)
	if ok && !isAddress(text) {
		r.RefuseValue(v.Place, text, "not an address such as db.example:5432 or [2001:db8::1]:5432")
		return ""
	}
	return text
}

// maxAddress bounds an address, in bytes: the longest name that DNS knows, with a port.
const maxAddress = 253 + len(":65535")

func isAddress(text string) bool {
	return len(text) <= maxAddress && isPrintable(text) && !strings.ContainsAny(text, " /") &&
		flagTakes("-tcp", text, func(o contract.Options) []string { return o.TCP })
}

// flagTakes reports whether the wrapper reads the text as the one value of that flag.
func flagTakes(name, text string, value func(contract.Options) []string) bool {
	options, problems := contract.ParseOptions([]string{name, text, "-entrypoint", "true"})
	return len(problems) == 0 && slices.Equal(value(options), []string{text})
}

// isPrintable reports whether a text is one line of characters that can be seen.
func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
