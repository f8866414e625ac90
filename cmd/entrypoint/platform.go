package main

import (
	"runtime"

	"orderly.dev/mutate/contract"
)

// forThisNode chooses the command for the architecture of this node, where the image has different ones. What the wrapper was built for is
// what the node's runtime chose the image by.
func forThisNode(o contract.Options, problems []error) (contract.Options, []error) {
	chosen, err := o.On(runtime.GOARCH)
	if err != nil {
		problems = append(problems, err)
	}
	return chosen, problems
}
