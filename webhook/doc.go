// Package webhook answers the API server's admission requests with what package mutate decides.
//
// It is an edge: it decodes a request, calls a pure function, and turns the answer into a response. It decides
// nothing by itself but three things about the protocol:
//
//   - Only the creation of the expected kinds is handled and, for objects that make Pods, their update. Package mutate says what an update
//     may be refused for; where it cannot be, nothing is asked that could fail, so that a running Job can always be suspended,
//     labelled or finished. A request of another kind means that the webhook configuration is wrong; it is refused as
//     a bad request rather than let through.
//   - A denial is a Status like that of the API server's own validation (422 Invalid), with every problem as a cause of its own.
//     kubectl prints causes as a list, one line for each with its path; the message holds the same lines for everybody who
//     prints messages only, such as the Events of a Job whose Pods are denied. What is not the user's fault is a 500.
//   - The patch keeps what this program does not know. The API server may be newer and send fields that our types
//     lack. So the patch is made of the differences between the typed original and the typed result (package patch, below this
//     one), and never by sending the result.
//
// The server, the metrics, the log and what happens when a rewrite panics are controller-runtime's; only how a request is read and an
// answer written is not (endpoint.go, decode.go). Its way reads a review, and the object in it, twice each, and decodes the managed
// fields, which nobody here asks for: for a Pod of five containers that was a third of the processor's time of a request.
//
// Nothing here has side effects, so server-side dry-run shows exactly what would happen. Logs name objects and paths, and never hold
// what is in a Pod.
//
// Package certificates, below this one, gives the server its certificate. [NewServer] and [Drain] are the two ends of the
// server's life; [SpendMemory] has it collect garbage less often, as long as its container's memory lasts.
package webhook
