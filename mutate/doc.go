// Package mutate rewrites Pods so that their containers run in the declared order. It is the pure core of Orderly:
// annotations, a Pod and a [Config] go in, a changed Pod comes out. It knows no cluster, clock, log or context, so the
// webhook, the offline renderer and the tests call the same functions, [Pod], [Job] and their like, and get the same answer.
//
// # How a Pod is rewritten
//
// First everything is read and judged, and every problem is reported at once, each with the path of the field and a hint
// (files steps.go, step_*.go, plan*.go, setting_*.go and validate_*.go); what is allowed but may surprise is told
// (notice_*.go). Mutating admission runs before the API server validates, so the number of containers and their names are judged
// before anything else (validate_first.go), and what is quoted of an object is cut (bounds.go). Only an object without problems is
// changed, on a deep copy:
//
//   - A step, that is, a container named in the annotation orderly.dev/steps or, with the label alone, every one of the
//     object's (plan_of_all.go), gets the wrapper in front of its command. The wrapper waits for the marker files of steps
//     before it, runs the command, and leaves a marker file of its own (wrap.go). Which marker files these are follows from
//     who waits for whom (graph.go), and so does whose failure ends it early (setting_fail_fast.go). All markers lie in one
//     volume, of which a step may write its own directory only (volumes.go).
//   - Where such a container names no command, it runs what orderly.dev/commands says, else what its image says (launches.go, image_*.go).
//     Images are not looked up here: [Lookups] says which are needed, the caller finds out, and [Facts] hold the answers.
//   - Every other container is a sidecar (sidecars.go). One that belongs to the object becomes a native sidecar, a restartable
//     init container, which the kubelet stops when all steps have ended. One that somebody else's webhook added
//     stays where it is and is wrapped, where its command is known, so that it leaves by itself when the last step has ended.
//     The annotation orderly.dev/sidecar-stop chooses one way for all of them.
//   - The first steps wait for the word READY in a downward API file, which the companion loop writes as an annotation when
//     the sidecars are ready, and when everything is true that the whole Pod waits for. Where nothing has to be waited for, it is written at
//     once (ready.go).
//   - The wrapper itself comes with an image volume, or by an init container where those cannot be used (delivery.go). What that
//     container asks for follows from what the namespace demands (allotment.go, limit_range.go).
//   - A container that waits in the wrapper has no probe and no hook that would count against it meanwhile: some are denied
//     (validate_probes.go, validate_hooks.go), exec probes are held back (probes.go).
//   - Many ConfigMaps and Secrets become one directory (setting_projected.go, projected_*.go): a projected volume for each entry of the annotation,
//     read-only, in every step or in whoever is named.
//   - Steps may share directories (shared_directories.go), leave results (reports.go), and ask together for what the heaviest of
//     them that can run at the same time ask for (requests.go, antichain.go).
//   - Repositories are in place before the first step: an init container clones them (cloner*.go), and the steps see the tree, start in it, and are
//     told about it by variables (repositories.go, repository_variables.go, git_config.go). What the annotation says becomes an order that the
//     cloner reads (package contract/clone); it is also how a later pass knows what an earlier one made of it.
//
// # What a Pod waits for
//
// Besides its own order a Pod, with steps or without, can wait for something else to be true: a Service that has endpoints, a Job that
// succeeded, a socket that is there. All of that comes together in one place, whoever asks for it (awaited.go), and from there on a rule does
// not know who asked. How an entry is written says package dependency; here it is judged against the Pod: whoever waits can
// (validate_waiters.go), nobody waits for somebody who waits for him (validate_wait_circles.go).
//
// Whatever the companion loop has to judge is written on the Pod as orderly.dev/resolved-waits, with its timeout. The companion opens gates:
// annotations that the Pod sees as files. Who stands at which gate follows from the Pod:
//
//   - The whole Pod, with steps: the first steps, at the gate at which they wait for sidecars (wait_options.go).
//   - The whole Pod, without steps: an init container of Orderly's, so that nothing of the user's is rewritten (waiter.go).
//   - The whole Pod, with orderly.dev/hold: queue: nobody; it is not scheduled (scheduling_gate.go).
//   - A container that an entry names in "for": that one, inside its wrapper. Without steps the wrapper does nothing but wait, and is
//     replaced by the command. A Pod that restarts always gets a readiness gate meanwhile (readiness_gate.go).
//
// Sockets, files and addresses the wrapper finds out itself, without a gate; and it makes the files of orderly.dev/config. A Pod that ends
// does not wait for ever, also while the companion is away: its wrappers give up after the longest time of what they wait for, and look at
// the Pod's cancel. One that restarts always waits until it is true.
//
// Containers that run kubernetes-entrypoint ask in their variables, where orderly.dev/compat says that these are understood: emulated.go reads them
// into the same waits and files, each for the container that has them. An init container that only waited becomes a waiter of Orderly's in its place
// (replaced.go); any other runs its COMMAND behind the wrapper, in the place of that program.
//
// # Owners
//
// A Job is not rewritten, because its Pods are, one by one. It is judged by the very code that judges its Pods, so that
// mistakes show when the Job is made, and the names of its containers are written into its template (job.go), so that its
// Pods can tell them from what is added later. The same holds for a CronJob and its Jobs (cronjob.go); Deployments and their like are
// judged only (workload.go).
//
// Users may write what they ask for on a Pod's template, its Job or its CronJob. A Pod sees its own metadata alone, so each level
// writes what it asks for, and what it was told itself, into the metadata directly below it (from_owner.go). For the judging
// code there is no difference: it asks a [subject] for a wish, and gets the nearest one with the path where it was written
// (subject.go, level.go). Everything that is written down is made anew at each CREATE and UPDATE, so that an edit takes effect in
// the next Pod, also one that takes something away.
//
// The template of a Job that runs cannot change. There, and wherever an update changes nothing that Orderly reads, nothing is
// denied (job_update.go): Jobs must be suspended, started and finished, whatever version they are of.
//
// # Without steps
//
// A Pod has steps only by that annotation or that label. Without steps nothing is ordered, no container is a sidecar, nothing is wrapped
// but what waits for something by itself or gets files, and other annotations do only what they say by themselves.
//
// # Invariants
//
// These hold for everything that is added to this package, and are fuzzed:
//
//  1. The input is untouched: changes are made on a deep copy.
//  2. Idempotent and confluent. The API server calls webhooks in an order that nobody controls, and ours once more when
//     somebody changed the Pod after it, so mutate(mutate(p)) == mutate(p), and mutate(add(mutate(p))) == mutate(add(p)), where add
//     inserts a container or an init container anywhere, adds env or mounts, puts a tool in front of a command, applies the
//     API's defaults, or reorders containers. Therefore everything of ours (mounts, volumes, flags, gates, stop lists, init
//     containers, READY) is taken away and made anew in each pass, never appended to. Only the variable POD_IP stays, because it may
//     be the user's. A container is wrapped when our path occurs in its command or args, and then only the flags are renewed, at
//     the place where they are. Nothing refers to a container by index. Two limits, both without effect on how the Pod runs: a
//     tool stays on the side of the wrapper on which it was put, and on a Pod without an owner's list the converted sidecars
//     keep the order in which they came. And one with effect: what orderly.dev/requests: max took away is not known to a later
//     pass, so requests that somebody changes or fills in between two passes may add up to less than if they had been there
//     before. The API server itself fills in before the first.
//  3. Additive: the user's containers keep name, order, image, env and mounts. Only command and args change, and a workingDir that is not set where there
//     are repositories; mounts are added, and HOME, POD_IP and the variables about repositories, before the user's, so that those can refer to them; a
//     variable of the user's that says the same as one of these moves to it. The named exceptions: sidecars move to the
//     init containers, the exec probes of a container that waits get the wrapper, orderly.dev/requests: max makes requests smaller,
//     orderly.dev/once changes fields of a Job, orderly.dev/events is written on a Pod whose owner has it, and what ran
//     kubernetes-entrypoint runs its COMMAND or, as an init container without one, the tools image, without the API token.
//  4. Closed: the result depends on the arguments only.
//  5. Fields newer than our API types survive. This package sees typed objects, so the caller must keep it true: it turns the
//     difference between input and output into a patch, and never sends the output whole.
package mutate
