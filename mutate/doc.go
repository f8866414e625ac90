// Package mutate rewrites Pods so that their containers run in the declared order. It is the pure core of Orderly:
// annotations, a Pod and a [Config] go in, a changed Pod comes out. It knows no cluster, clock, log or context, so the
// webhook, the offline renderer and the tests call the same two functions, [Pod] and [Job], and get the same answer.
//
// # How a Pod is rewritten
//
// First everything is read and judged, and every problem is reported at once, each with the path of the field and a hint
// (files steps.go, plan.go and validate_*.go). Mutating admission runs before the API server validates, so the number of containers and
// their names are judged before anything else (validate_first.go), and what is quoted of an object is cut (bounds.go). Only an
// object without problems is changed, on a deep copy:
//
//   - A step, that is, a container named in the annotation orderly.dev/steps, gets the wrapper in front of its command. The
//     wrapper waits for the marker files of the steps before it, runs the command, and leaves a marker file of its own
//     (wrap.go). All markers lie in one volume, of which a step may write its own directory only (volumes.go).
//   - Every other container is a sidecar (sidecars.go). One that belongs to the object becomes a native sidecar, a restartable
//     init container, which the kubelet stops when all steps have ended. One that somebody else's webhook added
//     stays where it is and is wrapped, where its command is known, so that it leaves by itself when the last step has ended.
//   - The first steps wait for the word READY in a downward API file, which the companion loop writes as an annotation when
//     the sidecars are ready. Where nothing has to be waited for, it is written at once (ready.go).
//   - The wrapper itself comes with an image volume, or by an init container where those cannot be used (delivery.go).
//
// A Job is not rewritten, because its Pods are, one by one. It is judged by the very code that judges its Pods, so that
// mistakes show when the Job is made, and the names of its containers are written into its template (job.go), so that its
// Pods can tell them from what is added later.
//
// # Invariants
//
// These hold for everything that is added to this package, and are fuzzed:
//
//  1. The input is untouched: changes are made on a deep copy.
//  2. Idempotent and confluent. The API server calls webhooks in an order that nobody controls, and ours once more when
//     somebody changed the Pod after it, so mutate(mutate(p)) == mutate(p), and mutate(add(mutate(p))) == mutate(add(p)), where add
//     inserts a container or an init container anywhere, adds env or mounts, puts a tool in front of a command, applies the
//     API's defaults, or reorders containers. Therefore everything of ours (mounts, volumes, flags, stop lists, READY) is taken
//     away and made anew in each pass, never appended to. A container is wrapped when our path occurs in its command or args,
//     and then only the flags are renewed, at the place where they are. Nothing refers to a container by index. Two limits,
//     both without effect on how the Pod runs: a tool stays on the side of the wrapper on which it was put, and on a Pod
//     without an owner's list the converted sidecars keep the order in which they came.
//  3. Additive: the user's containers keep name, order, image, env and mounts. Only command and args change; mounts
//     are added. The named exception: sidecars of the object move to the init containers.
//  4. Closed: the result depends on the arguments only.
//  5. Fields newer than our API types survive. This package sees typed objects, so the caller must keep it true: it turns the
//     difference between input and output into a patch, and never sends the output whole.
package mutate
