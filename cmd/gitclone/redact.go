package main

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// redaction replaces secrets in what is written anywhere. No secret should get there; this is for the day when one does, in a
// server's words or in those of a git that is not known here.
type redaction struct {
	mu     sync.Mutex
	values []string
}

// shortest is the length below which a value is not replaced: it would be found inside of ordinary words.
const shortest = 4

// add takes values in every form in which they could turn up.
func (r *redaction) add(values []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, v := range values {
		if len(v) >= shortest {
			r.values = append(r.values, v)
		}
	}
	// The longest first, or the rest of one that begins like another would stay.
	slices.SortFunc(r.values, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// apply returns the text with *** for every secret.
func (r *redaction) apply(text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, v := range r.values {
		text = strings.ReplaceAll(text, v, "***")
	}
	return text
}
