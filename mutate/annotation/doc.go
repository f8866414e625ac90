// Package annotation reads what people write into annotations as YAML: lists and mappings of texts, also lists without the brackets around
// them ([DecodeOpenList]), and nothing else of what YAML offers. It decides nothing about what the texts mean.
//
// A person who made three mistakes wants to hear of three, each with its place, and wants to know what to write instead. So
// nothing here ends at the first problem: a [Reader] collects them while values are read, each with a [Position] such as
// "item 3 (line 2, column 5)", and goes on with what can be read. Words that are not known get the nearest known one proposed
// ([DidYouMean]).
//
// Texts count as they are written. YAML takes 1e3, true, null and 2026-01-01 for other things than texts, but a container may be
// called null, and a label may say true; who wants to know what YAML makes of a value looks at its node. Anchors, aliases and tags are
// refused, because they let a short text mean a long one, and let a text say something else than it seems to say.
//
// The package is pure, and so small that the admission core and the companion loop, which read the same annotations at different
// times, can both use it.
package annotation
