// Package dependency reads what must be true before something runs.
//
// A person writes it into the annotation orderly.dev/wait-for, as a list:
//
//   - service: mariadb
//   - job: {labels: {initializes: neutron}}
//   - socket: /var/run/openvswitch/ovs.sock
//     for: [nova]
//
// Two programs read such a text, at different times and for different ends. At admission the core reads what people wrote, on the Pod or on
// one of its owners, to refuse what is wrong, with every mistake and its place, and to give the Pod its gates. What the companion loop has to
// judge of it the core writes into the Pod once more ([Format]), as the annotation orderly.dev/resolved-waits: there all of it stands in one
// place, whoever asked for it, each entry with the time that it has ([Entry.WithTimeout]). While the Pod lives the companion reads that
// annotation, to learn what to watch. Both call [Parse], so they cannot understand an entry differently. That is also why an [Entry], like
// everything here, can only be obtained by parsing: whoever has one need not check it, and the companion, which meets Pods that passed an older
// webhook or none, is protected by the same rules as admission.
//
// # What an entry is
//
// An entry has one [Kind]. Some kinds are objects of the cluster, in the Pod's namespace or another one, and the companion judges them by
// watches. Some are found out in the Pod, by a wrapper: a socket, a file, an address ([Kind.Inside]); a socket or a file is not the same in every
// container, so such an entry says in "for" who waits. One kind, container, is another container of the same Pod. Without "for" the whole Pod waits.
//
// The package knows nothing of the Pod. That "for" names containers which exist, that nobody waits for somebody who waits for him, that a
// namespace consents, and that the operator listed a kind of resource, is judged by those who know. They find the places for their messages in
// [Entry.Place] and [Entry.Waiters].
//
// # Secrets
//
// A gate that opens when a field has a certain value is an oracle: who may not read an object could ask for one value after the other. So
// Secrets and ConfigMaps are refused here, before any list of an operator's, and an entry prints itself ([Entry.String]) with names of
// fields and conditions but never with values. Messages, Events and conditions use that line. [Format] alone writes values, because it
// writes an annotation, of the Pod that had them already.
//
// # Two more texts of the same kind
//
// [ParseConfig] reads orderly.dev/config, configuration files made of templates before a container's command starts.
//
// [ParseKubernetesEntrypoint] reads the environment of kubernetes-entrypoint, for Pods with orderly.dev/compat: kubernetes-entrypoint.
// What that program drops in silence is a problem here, since a dependency that somebody wrote down and nobody waits for is the worst outcome:
// lists with a broken element, JSON that does not parse, keys that are unknown, jobs with name and labels, DEPENDENCY_JOBS beside
// DEPENDENCY_JOBS_JSON, namespaces where there are none, and everything that needs POD_NAME without it.
//
// The package is pure: no I/O, no clock, no state.
package dependency
