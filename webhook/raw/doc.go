// Package raw finds parts of JSON documents without decoding them.
//
// An admission request holds an object, and that holds things that nobody here asks about. A JSON decoder reads every byte of both
// several times, a state machine's step for each: first to see whether the text is valid at all, then to find where a value ends
// that somebody else will decode. What is here hops from quote to quote and counts brackets, which costs a tenth.
//
// The price is that nothing is judged: of text that is not JSON it makes nothing sensible, though it always returns, and never
// looks beyond the text. So what is found must be decoded by whoever relies on it, and what stays when a part has been cut out (see
// [Without]) as well; then everything has been judged by somebody.
package raw
