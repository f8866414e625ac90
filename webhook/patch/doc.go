// Package patch makes the JSON patch (RFC 6902) that turns an object, as the API server sent it, into what a rewrite made of it.
//
// Three things tell it what changed: the text that the API server sent, the typed object that was decoded from it, and the
// typed result of the rewrite. Encoding the result and comparing the two documents would be simple, but slow, because everything is
// encoded and decoded again for a few changes, and wrong, because the API server may be newer than our types: what they do
// not know would be removed. So [Make] walks through the two typed objects side by side and writes an operation for each difference
// that it meets. What is alike gives no operation, and so stays as it was sent: fields that no type knows, and values that were
// written in another way (0.5 for 500m), or not at all.
//
//   - Fields and keys of maps that differ are added, replaced or removed one by one (object.go, mapping.go). How a type looks as JSON is
//     found out once for each type (shape.go).
//   - Elements of lists are followed by their names, not their places (list.go, match.go), also where a container becomes an init
//     container. One that moved is put at its new place as it was sent, and then changed there.
//   - Each operation must suit the text, not only the types. Nearly always the types tell enough: what is not empty was
//     sent, and "add" suits a member whether it was sent or not. Only where a struct is empty, or an element moves, is the text
//     itself looked at (package raw, beside this one), no further than needed.
//   - The operations are encoded here, too (encode.go), because the library's own way reads and copies each value several times.
//
// Names of fields are compared to the letter, as the API server does.
package patch
