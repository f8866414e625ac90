// Package conformance runs the same cases against Orderly's wrapper and the two init programs that people put into their
// images, tini and dumb-init. Each case also runs bare, with nothing in front of the command, because that is what a container is
// without a wrapper, and what a wrapper must not be noticed against.
//
// Orderly's wrapper stands in the tables twice. As a gate it only holds the command up and then replaces itself by it, so that
// it must be like bare in everything. As a step it stays the command's parent, so that it must do all that an init does.
//
// Where the programs differ, the table of the test says what each does; where it says nothing, all must do the same.
package conformance
