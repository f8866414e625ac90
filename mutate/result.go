package mutate

import "fmt"

// Result of a rewrite.
type Result[T any] struct {
	// Object is a changed deep copy. Where the object does not ask, or is denied, it is the input itself, unchanged.
	Object T
	// Asked is false where the object does not ask to be rewritten.
	Asked bool
	// Summary says what was understood, in one line such as "steps: fetch → build → [unit lint]; sidecars: proxy".
	Summary string
	// Warnings are for the person who applied the object: the summary, then what is allowed but may surprise. Each is one line of
	// at most 256 runes, the API server's own bound, and there are at most 100.
	Warnings []string
}

const (
	// maxWarning is the length to which the API server cuts a warning, in runes (its constant truncateItemRunes).
	maxWarning = 256
	// maxWarnings bounds how many there are. The API server passes on 4,096 runes of all together (truncateTotalRunes).
	maxWarnings = 100
)

// cutWarnings shortens each warning to one line of [maxWarning] runes, because the first words are the ones that matter, and
// the list to [maxWarnings]. It changes the list.
func cutWarnings(warnings []string) []string {
	if more := len(warnings) - maxWarnings; more > 0 {
		warnings = append(warnings[:maxWarnings-1], fmt.Sprintf("and %d warnings more", more+1))
	}
	for i, w := range warnings {
		runes := []rune(oneLine(w))
		if len(runes) > maxWarning {
			runes = append(runes[:maxWarning-1], '…')
		}
		warnings[i] = string(runes)
	}
	return warnings
}
