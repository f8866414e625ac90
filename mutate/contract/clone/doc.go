// Package clone is what admission, the cloner and the companion loop agree on about repositories: which are to be cloned, where to, which
// variables tell a container about them, and what the cloner says when it is done.
//
// Admission writes an [Order] into the only argument of the init container [contract.CloneContainer]; the cloner reads it, and judges all
// of it again, because whoever may change a Pod's command must not be able to make git run programs. The companion reads the same order
// back from the Pod. Addresses, refs and paths are types that only parsing gives ([ParseURL], [ParseRef], [ParsePath]): what holds one of
// them may put it on git's command line.
//
// What is accepted is narrower than what git accepts, for two reasons. git, curl, ssh and this package must not disagree about where a host ends, so
// whatever has to be decoded or can be read in two ways is refused before any of them sees it. And what looks like an option, a path of the cloner's own
// or a password is refused with a sentence that says what to write instead, and does not repeat a password.
//
// When all is in place the cloner leaves a [Report]; [Order.Variables] turns what is in it, or what the order alone tells ([Repository.Declared]), into
// variables of containers. So there is one place that knows their names.
//
// It uses the standard library only, because the cloner does.
package clone
