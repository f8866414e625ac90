package contract

import "slices"

// Invocation is the wrapper found in a container's command line.
type Invocation struct {
	// Flags and End bound the wrapper's flags in the words that were searched: words[Flags:End], "--" included.
	Flags, End int
	// Options are those flags, decoded, with the arguments that follow in the same words.
	Options Options
}

// maxFlagWords is how many words there can be before "--": each flag once, with its value. Whoever forges a command may
// write a million, which are not worth reading.
var maxFlagWords = 2 * len(flags)

// FindWrapper looks for the wrapper in words, a container's command, its args, or both one after the other. Other tools may
// have been put in front of it. It returns false where the wrapper is not there or its flags cannot be read.
func FindWrapper(words []string) (Invocation, bool) {
	return findProgram(words, WrapperPath)
}

// FindWaiter looks in the same way for the wrapper in an init container of its own image, such as [WaitContainer], where no tools are
// mounted.
func FindWaiter(words []string) (Invocation, bool) {
	return findProgram(words, ToolsWrapper)
}

func findProgram(words []string, program string) (Invocation, bool) {
	at := slices.Index(words, program)
	if at < 0 {
		return Invocation{}, false
	}
	flags := at + 1
	length := slices.Index(words[flags:min(len(words), flags+maxFlagWords+1)], endOfFlags)
	if length < 0 {
		return Invocation{}, false
	}
	options, problems := ParseOptions(words[flags:])
	if len(problems) > 0 {
		return Invocation{}, false
	}
	return Invocation{Flags: flags, End: flags + length + 1, Options: options}, true
}
