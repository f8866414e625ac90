// Package build turns Go modules into the programs of a node and keeps them.
//
// Each upstream project has a module of its own under parts/ that holds nothing but `tool` directives and pinned versions, so that
// every program gets the dependency versions that its own go.mod asks for, and go.sum checks all of it. What was built lies in a cache
// outside the tree, in a folder whose name holds a hash of everything that the result depends on: it is never out of date, and a
// change of version or flags never meets an old binary. A folder gets its name only when all in it is complete, so a build that was
// killed is never believed; what it compiled is in Go's own cache and is not compiled again.
package build
