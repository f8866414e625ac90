package main

import (
	"strings"

	"orderly.dev/mutate/contract"
)

// probeWords is the least that a probe is told: -started F -- CMD.
const probeWords = 4

// probe is a container's exec probe: it passes as long as the command does not run, because it waits for its turn, and
// then does what the user's probe does. That it passes at once lets the kubelet find a waiting container healthy.
func probe(words []string, caught signals) int {
	if len(words) < probeWords || words[0] != "-started" || words[2] != "--" || !strings.HasPrefix(words[1], "/") || words[3] == "" {
		complain("probe needs the file that says that the command runs, and the command of the probe: " +
			"probe -started /path/to/file -- CMD ARGS…")
		return contract.ExitWrapper
	}
	if !exists(words[1]) {
		return contract.ExitOK
	}
	c := command{options: contract.Options{Entrypoint: words[3], Args: words[4:]}, caught: caught}
	if why := c.prepare(); why != nil {
		complain(why.Problem)
		return why.Exit
	}
	return c.replace()
}
