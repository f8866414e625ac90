// Package registry finds out what the images of containers run, where the containers do not say it themselves.
//
// It is an edge, and the only part of Orderly that talks to image registries. Which images it is asked about, and what
// becomes of the answer, is decided in package mutate, which knows the rules of ENTRYPOINT and CMD; this package hands on what the
// registry says, or a sentence that says why there is nothing to hand on and what to do about it. [New] makes a [Registry], and
// its [Registry.Find] is a source of facts about a Pod for package webhook.
//
// # A look-up
//
// A reference is looked up in two steps. The first, pin, asks with HEAD which digest it has, which is also the proof that
// whoever asks may read it. The second, describe, reads the manifest of that digest and the configurations of the platforms that
// the Pod may run on. Both are functions of one type, [asker], and what is put around them are decorators of that type: a bound
// of how many run at a time, one request for all who ask the same at the same time, and a memory.
//
// # Whose credentials
//
// As the kubelet does it, only the Secrets in the Pod's imagePullSecrets count, and an operator's own docker configuration behind
// them; each matching entry is tried in order, and without any the request is anonymous. A Secret is read by itself, when it is needed,
// with the rights of the webhook's ServiceAccount: nothing is watched, and in a namespace whose owner has not
// granted that (manifests/registry-reader.yaml), the answer to a private image says so.
//
// A program that a person runs uses that person's own logins in place of the Secrets ([Options.OwnLogins]).
//
// # What is remembered, and for whom
//
// Pins are remembered for some minutes by reference and credentials, descriptions by digest and platforms for as long as there is
// room. A description is reached only through a pin, and a pin only with the credentials that it was made with, or
// without any where it was made without any. So nobody gets what was found out about a private image without having shown
// credentials that opened its repository within these minutes. The repository is a part of every key: a registry that claims to have
// the digest of another one's image learns nothing. Failures are remembered for seconds, refused credentials never.
//
// # Bounds
//
// Everything is bounded: time ([Deadline], within the ten seconds that the API server waits), the bytes of an answer and what they can become
// in memory, the number of platforms, of look-ups at a time in all and for one registry, and of what is remembered. Errors never hold
// credentials, URLs, or the bodies of answers, but for the code and message by which a registry explains itself.
//
// Whoever may create a Pod chooses what the webhook connects to. So requests go over TLS, plain http only to registries that the
// operator listed, and never to link-local addresses, at which clouds tell secrets; credentials go to the host that they are for, and to the
// server of tokens that it names. To keep the webhook from other hosts is for a proxy or a NetworkPolicy.
package registry
