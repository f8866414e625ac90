package annotation

import (
	"fmt"
	"strings"
)

// DidYouMean proposes the candidate that is most like the word, or nothing where none is. Of two words of one letter neither is like the
// other.
func DidYouMean(word string, candidates []string) string {
	best, distance := "", 1+max(1, len(word)/3)
	for _, candidate := range candidates {
		if d := editDistance(word, candidate); d < min(distance, max(len(word), len(candidate))) {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return propose(best)
}

func propose(word string) string { return fmt.Sprintf(" (did you mean %q?)", word) }

// PartedHint is for a name that is several.
func PartedHint(name string) string {
	if !strings.ContainsAny(name, " ;|&>→") {
		return ""
	}
	return "; names are parted by commas, or each has a line of its own that starts with a dash"
}

// maxCompared bounds the words that are compared, in bytes: names of containers and keys are shorter.
const maxCompared = 100

// editDistance counts the bytes to insert, delete, replace, or swap with their neighbour, to make b of a (the restricted
// Damerau-Levenshtein distance).
func editDistance(a, b string) int {
	if len(a) > maxCompared || len(b) > maxCompared {
		return max(len(a), len(b))
	}
	// Three rows of the table of distances, which need no memory of their own because their size is fixed.
	var rows [3][maxCompared + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		before, above, row = above, row, before
		row[0] = i + 1
		for j := range len(b) {
			replaced := above[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
