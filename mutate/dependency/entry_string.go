package dependency

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An entry in one short line, for messages, Events and conditions. It names keys of fields and types of conditions, never values: who may
// read a Pod's Events may not be allowed to read the object.

// maxNamed bounds how many labels, keys or conditions a line names.
const maxNamed = 3

// maxLine bounds a line, in bytes. An Event's message holds five such lines.
const maxLine = 200

// String is what the entry waits for: "service identity:keystone-api", "job migrate", "pod with app=cache on this node".
func (e Entry) String() string {
	line := string(e.kind)
	switch {
	case e.labels != nil:
		line += " with " + some(sortedLabels(e.labels)) + e.where()
	case e.kind == Resource:
		line = e.objectKind + " " + e.qualified() + e.details()
	case e.namespace != "":
		line += " " + e.qualified()
	default:
		line += " " + e.target
	}
	return cutLine(line)
}

// qualified is the name with its namespace before it, unless that is the Pod's own.
func (e Entry) qualified() string {
	if e.namespace == "" {
		return e.target
	}
	return e.namespace + namespaceSeparator + e.target
}

// where says where objects with labels are looked for.
func (e Entry) where() string {
	where := ""
	if e.namespace != "" {
		where = " in " + e.namespace
	}
	if e.sameNode {
		where += " on this node"
	}
	return where
}

// details names what a resource is judged by.
func (e Entry) details() string {
	var keys []string
	for _, field := range e.fields {
		keys = append(keys, field.path.String())
	}
	for _, condition := range e.conditions {
		keys = append(keys, "condition "+condition.kind)
	}
	if len(keys) == 0 {
		return ""
	}
	return " (" + some(keys) + ")"
}

func sortedLabels(labels map[string]string) []string {
	pairs := make([]string, 0, len(labels))
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		pairs = append(pairs, key+"="+labels[key])
	}
	return pairs
}

// some lists the first few.
func some(list []string) string {
	if more := len(list) - maxNamed; more > 0 {
		return strings.Join(list[:maxNamed], ", ") + " and " + strconv.Itoa(more) + " more"
	}
	return strings.Join(list, ", ")
}

func cutLine(line string) string {
	if len(line) <= maxLine {
		return line
	}
	end := maxLine
	for !utf8.RuneStart(line[end]) {
		end--
	}
	return line[:end] + "…"
}
