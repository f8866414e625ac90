package main

import (
	"cmp"
	"slices"
	"strings"
)

// mostNear is how many names a message offers.
const mostNear = 5

// near are the names that somebody may have meant who wrote another one, the likeliest first. Of few names all are offered.
func near(wanted string, names []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	var candidates []candidate
	for _, name := range names {
		d := distance(strings.ToLower(wanted), strings.ToLower(name))
		if len(names) <= mostNear || d <= max(2, len(wanted)/3) || resembles(wanted, name) {
			candidates = append(candidates, candidate{name, d})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var found []string
	for _, c := range candidates[:min(len(candidates), mostNear)] {
		found = append(found, c.name)
	}
	return found
}

// resembles reports whether one name is a part of the other: 1.2 of v1.2, login of feature/login.
func resembles(wanted, name string) bool {
	const shortest = 3
	a, b := strings.ToLower(wanted), strings.ToLower(name)
	return min(len(a), len(b)) >= shortest && (strings.Contains(a, b) || strings.Contains(b, a))
}

// distance is how many letters must be put in, removed or replaced to make one word of the other (Levenshtein). Words of very
// different lengths are as far apart as their lengths, because nobody asks how far exactly.
func distance(a, b string) int {
	const far = 64
	if apart := max(len(a)-len(b), len(b)-len(a)); apart > far || len(a) > far {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// listed joins names for a message, behind a text that is left out where there are none.
func listed(before string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return before + strings.Join(names, ", ")
}
