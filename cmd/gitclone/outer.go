package main

import (
	"cmp"
	"slices"
	"strings"

	"orderly.dev/mutate/contract/clone"
)

// none is the index of no repository.
const none = -1

// outerOf is the index of the repository into whose tree another one goes: the innermost one around it, or none.
func outerOf(repositories []clone.Repository, inner int) int {
	found := none
	for i, r := range repositories {
		if i != inner && contains(r.Path, repositories[inner].Path) && (found == none || contains(repositories[found].Path, r.Path)) {
			found = i
		}
	}
	return found
}

// contains reports whether one path is around another one.
func contains(outer, inner clone.Path) bool {
	return inner != outer && (outer == "." || strings.HasPrefix(string(inner), string(outer)+"/"))
}

// outermostFirst are the indexes of all repositories, none before the one that it is in.
func outermostFirst(repositories []clone.Repository) []int {
	indexes := make([]int, len(repositories))
	for i := range indexes {
		indexes[i] = i
	}
	depth := func(i int) int {
		if repositories[i].Path == "." {
			return 0
		}
		return 1 + strings.Count(string(repositories[i].Path), "/")
	}
	slices.SortStableFunc(indexes, func(a, b int) int { return cmp.Compare(depth(a), depth(b)) })
	return indexes
}
