package mutate

// Result of a rewrite.
type Result[T any] struct {
	// Object is a changed deep copy. Where the object does not ask, or is denied, it is the input itself, unchanged.
	Object T
	// Asked is false where the object does not ask to be rewritten.
	Asked bool
	// Summary says what was understood, in one line such as "steps: fetch → build → [unit lint]; sidecars: proxy".
	Summary string
	// Warnings are for the person who applied the object: the summary, then what is allowed but may surprise. Each is at
	// most 256 runes long, the API server's own bound.
	Warnings []string
}

// maxWarning is the length to which the API server cuts a warning, in runes (its constant truncateItemRunes).
const maxWarning = 256

// cutWarnings shortens each warning to [maxWarning] runes: the first words are the ones that matter.
func cutWarnings(warnings []string) []string {
	for i, w := range warnings {
		if runes := []rune(w); len(runes) > maxWarning {
			warnings[i] = string(runes[:maxWarning-1]) + "…"
		}
	}
	return warnings
}
