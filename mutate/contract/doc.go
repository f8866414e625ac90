// Package contract is what Orderly's programs agree on: the labels and annotations that users write and read, the
// paths inside a container, the wrapper's flags and exit codes, and the marker that a step leaves when it has ended.
//
// The webhook encodes [Options] into a container's command, the wrapper parses them, and the companion loop reads
// them back from the Pod to learn which containers are steps; the wrapper writes a [Marker], other wrappers and
// the companion decode it. Both ends of each protocol are functions of this package, so they cannot drift apart.
//
// It is a leaf and uses the standard library only, because the wrapper, which is copied in front of every container,
// links it. It avoids encoding/json, flag and fmt for the same reason: together they would add a third to the
// wrapper's size. What a marker can hold is restricted (container names, numbers, RFC 3339 times), so that it needs no escaping;
// only the values of results are free text. Decoding is strict: what was read is encoded again and compared.
package contract
