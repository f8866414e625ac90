//go:build race

package mutate_test

// maxAllocated is larger here: the race detector makes a sync.Pool forget what is put back, and so package regexp, by which names are judged, makes its
// buffers anew each time.
const maxAllocated = 512 << 20
