package ending

import "orderly.dev/sidecarstop/voice"

// What others wrote comes into annotations, conditions and Events on one line, bounded, and without control characters.
const (
	// maxQuote bounds what is quoted of the kubelet or the API server, in bytes.
	maxQuote = 300
	// maxSentence bounds the reason of a cancel, in bytes. The wrapper reads 1,024 of the annotation, and an Event has room for a few words before it.
	maxSentence = 800
	// maxClonersWord bounds what is quoted of the cloner in such a sentence, in bytes. What else stands there is shorter than the rest.
	maxClonersWord = 640
)

// withQuote puts behind a word what somebody else said about it.
func withQuote(word, said string) string {
	said = voice.OneLine(said, maxQuote)
	if said == "" {
		return word
	}
	return word + `: "` + said + `"`
}
