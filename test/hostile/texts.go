package hostile

import (
	"slices"
	"strings"
)

// text is a hostile text, and what people call it.
type text struct{ name, value string }

// texts are wrong as the whole of any annotation.
func texts(canary string) []text {
	return slices.Concat(commands(canary), languages(canary), outside, places, disguises, scalars, bombs, sizes)
}

// commands are for shells, and for programs that run others where an option says so.
func commands(canary string) []text {
	touch := "touch " + canary
	return []text{
		{"a command substitution", "$(" + touch + ")"},
		{"a command in backquotes", "`" + touch + "`"},
		{"a command behind a semicolon", "build; " + touch + " #"},
		{"a command behind a pipe", "build | " + touch},
		{"a command in the background", "build & " + touch + " &"},
		{"a command on the next line", "build\n" + touch + "\n"},
		{"a command behind a closed quote", "build'; " + touch + "; echo '"},
		{"a command without spaces", "build;touch${IFS}" + canary},
		{"a redirection", "> " + canary},
		{"a function of a shell's environment", "() { :;}; " + touch},
		{"an option of git that runs a program", "--upload-pack=" + touch},
		{"an option of ssh that runs a program", "-oProxyCommand=" + touch},
	}
}

// languages are for whoever else takes a text for something to run or to look up.
func languages(canary string) []text {
	touch := "touch " + canary
	return []text{
		{"a transport of git that runs a program", "ext::sh -c " + strings.ReplaceAll(touch, " ", "% ")},
		{"a tag that makes Python run a program", "!!python/object/apply:os.system [\"" + touch + "\"]"},
		{"a tag that makes Ruby run a program", "!ruby/object:Gem::Requirement {requirements: \"| " + touch + "\"}"},
		{"a look-up of a logger", "${jndi:ldap://127.0.0.1/a}"},
		{"a template", "{{ exec \"" + touch + "\" }}"},
		{"verbs of a format", "%s%s%n%x %!d(MISSING)"},
		{"a variable of Kubernetes", "$(PATH) $$(HOME)"},
	}
}

// outside leave every directory.
var outside = []text{
	{"a path that leads outside", "../../../../etc/passwd"},
	{"a path that leads outside, encoded", "..%2f..%2fetc%2fpasswd"},
	{"a path that leads outside, encoded as what UTF-8 forbids", "..%c0%af..%c0%afetc/passwd/.."},
}

// places are somewhere else than where they should be.
var places = []text{
	{"a path of Windows", "..\\..\\windows\\system32"},
	{"an absolute path that goes back", "/workspace/../../etc/shadow"},
	{"a directory of the kernel", "/proc/self/environ/.."},
	{"what is reserved", "/builder/bin/entrypoint"},
	{"an address of a file", "file:///etc/passwd"},
	{"an address of the cloud's metadata", "http://169.254.169.254/latest/meta-data/?x#y"},
	{"two slashes", "//"},
}

// disguises look like something else, or like nothing, or move the cursor of a terminal.
var disguises = []text{
	{"a zero byte", "build\x00"},
	{"a zero byte alone", "\x00"},
	{"a sequence that clears the screen", "\x1b[2J\x1b[Hdenied: nothing"},
	{"a title of a terminal", "\x1b]0;owned\x07"},
	{"a line that looks like an answer", "x\n* metadata.annotations[orderly.dev/steps]: all is well\r\nHTTP/1.1 200 OK\r\n\r\n"},
	{"text that runs from right to left", "\u202edliub\u202c"},
	{"letters without width", "bu\u200bild"},
}

// scalars are nothing that any key can have: what is empty, what cannot be read by everybody, and what is of another language or kind.
var scalars = []text{
	{"nothing", ""},
	{"space", " \t \n "},
	{"a mark of byte order", "\ufeffbuild\ufeff"},
	{"letters that look like others", "\u0432uild \u0435"},
	{"a letter with five hundred accents", "b" + strings.Repeat("\u0301", 500)},
	{"separators of lines and paragraphs", "a\u2028b\u2029c\u0085d"},
	{"what is no character", "\uffff\ufffe"},
	{"letters outside the first plane", strings.Repeat("\U0001f4a3\U0001f468\u200d\U0001f469", 20)},
	{"nothing of YAML", "~"},
	{"infinity", "-.inf"},
	{"a number that is too large", "1e999999999"},
	{"a whole number that wraps around", "18446744073709551616"},
	{"a moment", "2026-01-01T00:00:00Z"},
	{"a negative time", "-1h"},
	{"JSON of another tool", `{"__proto__": {"admin": true}, "$ref": "#/"}`},
	{"a statement of a database", "'; DROP TABLE pods; --"},
	{"an element of a page", "<script>alert(1)</script>"},
	{"an entity of XML", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`},
}
