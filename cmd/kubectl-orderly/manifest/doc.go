// Package manifest takes files of Kubernetes objects apart and puts them together again, so that single objects in them can be rewritten
// while everything else stays as it was written.
//
// [Split] cuts the text of a file into documents: YAML by its lines --- and ..., JSON by its values. [Parse] reads one document and
// finds the objects in it, also those in a List, and in a List in a List; [Page.Objects] goes through them. Whoever decides what becomes of an object sets
// its Rewritten. [WriteYAML], [WriteJSON] and [WriteDiff] write what came of it all:
//
//   - A document in which nothing was rewritten is written byte for byte in YAML, comments included. Nobody should see a difference
//     where there is none.
//   - One in which something was rewritten is encoded anew, with its keys in order, as kubectl prints objects. Comments go.
//   - Objects are handled as JSON, never as typed objects, so fields that no type knows stay.
//
// The package is pure: it reads no file and knows nothing about admission.
package manifest
