// Package gate judges what a Pod waits for.
//
// A gate is what keeps a Pod, or one container of it, from starting; the companion loop opens it when everything that the annotation
// orderly.dev/wait-for lists is true. This package says of one [dependency.Entry] whether it is true, and nothing else: it opens no
// watch, writes no annotation and remembers nothing. [Judge] is a pure function of the entry, the Pod and what watches show, so the same
// objects always give the same [Verdict], whoever asks and however often, and a companion that was killed goes on as if nothing had happened.
//
// # Three answers
//
// An entry is [Met], it is [NotYet], or it is [FailedForGood]: nothing that the cluster does by itself can make it true any more. Whoever
// is not told everything answers NotYet, and that is the zero value: a gate stays closed by default. FailedForGood is a word about now. When
// somebody deletes the Job that failed and makes one that succeeds, the next answer is Met. What follows from it is not decided here: a Pod
// with restartPolicy Never or OnFailure ends with the reason, one with Always stays closed and recovers.
//
// Every answer but Met has a reason for people: "0 of 2 endpoints ready", "failed for good (BackoffLimitExceeded)". Reasons name counts,
// objects, keys of fields and types of conditions. They never hold the value of a field: who may read a Pod's Events may not be allowed to
// read the object. They change only when something changed, whatever order a cache hands its objects out in, because a changed reason is
// written on the Pod.
//
// # What must be seen
//
// Nobody polls. [Interests] says what has to be watched for an entry: kind, namespace, and one name or one selector. An [Interest] is a plain
// comparable value and holds nothing of the Pod but its namespace, not even its node, so 10,000 Pods that wait for one Service have one
// interest between them, and the companion keeps one watch for it. It says also how little is enough: of a namespace only the metadata, and
// of a Service its EndpointSlices without the Service.
//
// What the watches show is a [Sight]. An interest that is not in it is one whose watch has not listed everything yet, and until it has
// Judge answers NotYet; so "every Job with these labels succeeded" is never said about half of the Jobs. Some interests are known only
// when others have been seen: the Pods of a DaemonSet are found by its selector, and nothing of another namespace is looked at before that
// namespace has been seen to consent. So Interests takes the Sight too, and is asked again whenever that changes; it grows at most twice.
//
// # Other namespaces
//
// Whether a Service has endpoints is knowledge, and it belongs to the namespace where the Service is. An entry about another namespace is
// judged only when that namespace says so, by its annotation orderly.dev/share-readiness-with ([Consent]). Without it the answer is the
// same for a namespace that refuses and one that does not exist. When consent is taken back, the interests of the entry shrink to the
// namespace itself. A Pod's own namespace need not be asked.
//
// # The kinds
//
// Each kind has a file, which opens with its rule. Where kubectl or kubernetes-entrypoint have judged the same question for years the rule is
// theirs, and the file says where it differs. Sockets, files and addresses are not judged here: only the waiting container can find out
// about them, and its wrapper does.
//
// [Overall] joins the answers about several entries, and [Missing] lists what is missing in a line for a condition or an Event.
package gate
