package mutate

import (
	"regexp"
	"strconv"

	"orderly.dev/mutate/annotation"
)

// octalMode is a mode as people write it. It begins with 0 or 0o: the API takes 420 for a decimal number, which is 0644, and without the zero nobody
// could tell the two apart.
var octalMode = regexp.MustCompile(`^(?:0|0o|0o0)[0-7]{3}$`)

// specialMode is one with the bits for setuid, setgid or sticky, which the API does not take.
var specialMode = regexp.MustCompile(`^(?:0|0o)?[1-7][0-7]{3}$`)

// mode reads the mode of the files. YAML may take it for a number; the text counts.
func (r *projectedReader) mode(v annotation.Value, text string) int32 {
	switch mode, err := strconv.ParseInt(text, 0, 32); {
	case err == nil && octalMode.MatchString(text):
		return int32(mode)
	case specialMode.MatchString(text):
		r.RefuseValue(v.Place, text, "files of a volume cannot have the bits for setuid, setgid and sticky; "+v.Hint)
	default:
		r.RefuseValue(v.Place, text, "not the mode of a file, in octal with a zero before it, from 0000 to 0777; "+v.Hint)
	}
	return 0
}
