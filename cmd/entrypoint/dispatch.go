package main

import "orderly.dev/mutate/contract"

// dispatch does what the words of the command line ask for and returns the exit code.
func dispatch(words []string, caught signals) int {
	if len(words) > 0 {
		switch words[0] {
		case contract.VerbInstall:
			return install(words[1:])
		case contract.VerbProbe:
			return probe(words[1:], caught)
		}
	}
	options, problems := forThisNode(contract.ParseOptions(words))
	forgetStart(options)
	switch {
	case len(problems) > 0:
		return refuse(options, problems)
	case options.PostFile != "":
		return step{options, caught}.live()
	default:
		return sidecar{options, caught}.live()
	}
}
