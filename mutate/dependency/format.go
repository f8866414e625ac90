package dependency

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Format writes entries as a text that [Parse] reads into the same entries, one line for each. It is how entries are handed on to the
// companion loop, wherever they come from: an annotation of the Pod, of its owners, or [ParseKubernetesEntrypoint]. The text has the values of
// fields, so it is no message.
func Format(entries []Entry) string {
	var text strings.Builder
	for _, entry := range entries {
		text.WriteString("- {" + strings.Join(entry.pairs(), ", ") + "}\n")
	}
	return text.String()
}

// pairs are the keys of an entry with their values.
func (e Entry) pairs() []string {
	pairs := append(e.targetPairs(), e.resourcePairs()...)
	if len(e.waiters) > 0 {
		names := make([]string, len(e.waiters))
		for i, waiter := range e.waiters {
			names[i] = strconv.Quote(waiter.Name)
		}
		pairs = append(pairs, "for: ["+strings.Join(names, ", ")+"]")
	}
	if e.timeout > 0 {
		pairs = append(pairs, "timeout: "+e.timeout.String())
	}
	return pairs
}

func (e Entry) targetPairs() []string {
	target := strconv.Quote(e.target)
	switch {
	case e.labels != nil && e.sameNode:
		target = "{labels: " + quotedLabels(e.labels) + ", sameNode: true}"
	case e.labels != nil:
		target = "{labels: " + quotedLabels(e.labels) + "}"
	case e.kind == Resource:
		target = "{apiVersion: " + strconv.Quote(e.apiVersion) + ", kind: " + strconv.Quote(e.objectKind) + ", name: " + target + "}"
	}
	pairs := []string{string(e.kind) + ": " + target}
	if e.namespace != "" {
		pairs = append(pairs, "namespace: "+strconv.Quote(e.namespace))
	}
	return pairs
}

func (e Entry) resourcePairs() []string {
	var fields, conditions, pairs []string
	for _, f := range e.fields {
		fields = append(fields, "{key: "+strconv.Quote(f.path.String())+", value: "+f.value.yaml()+"}")
	}
	for _, c := range e.conditions {
		conditions = append(conditions, "{type: "+strconv.Quote(c.kind)+", status: "+strconv.Quote(c.status)+"}")
	}
	if len(fields) > 0 {
		pairs = append(pairs, "fields: ["+strings.Join(fields, ", ")+"]")
	}
	if len(conditions) > 0 {
		pairs = append(pairs, "conditions: ["+strings.Join(conditions, ", ")+"]")
	}
	return pairs
}

func quotedLabels(labels map[string]string) string {
	pairs := make([]string, 0, len(labels))
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		pairs = append(pairs, strconv.Quote(key)+": "+strconv.Quote(labels[key]))
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}

// sameTarget is equal for entries that wait for the same, whoever waits and for how long.
func (e Entry) sameTarget() string {
	return strings.Join(append(e.targetPairs(), e.resourcePairs()...), ", ")
}
