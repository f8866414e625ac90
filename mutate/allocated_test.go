//go:build !race

package mutate_test

// maxAllocated bounds everything that is allocated on the way, also what is free again at the end.
const maxAllocated = 64 << 20
