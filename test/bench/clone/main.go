// Command clone measures the cloner in a container as a Pod has it, beside the git of the same image, and prints lines "name value unit".
// The servers are on the same machine and share its processors. Kinds of work that are compared run in turn; each figure is of medians.
//
//	go run ./test/bench/clone bin/rootfs/gitclone
//
//	clone_ms           a repository of 50,000 files at depth 1 over https, by the cloner
//	git_clone_ms       the same by `git clone --depth 1`
//	clone_ratio        the first over the second
//	clone4_ratio       four repositories in one order over the slowest of the four alone, from a server that gives each connection 4 MiB/s,
//	                   as one far away does
//	clone4_local_ratio the same without that limit: here the processors decide, and 4 on one processor is as good as it gets
//	clone_image_mb     all files of the image
package main

import (
	"fmt"
	"os"

	"orderly.dev/test/bench/figure"
	"orderly.dev/test/gitclone/container"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: clone FOLDER-OF-THE-IMAGE")
		os.Exit(2)
	}
	os.Exit(container.Enter(func() int {
		if err := run(os.Args[1]); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %v\n", err)
			return 1
		}
		return 0
	}))
}

func run(image string) (err error) {
	b, err := newBench(image)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := b.close(); err == nil {
			err = closeErr
		}
	}()
	for _, measure := range []func() ([]figure.Figure, error){b.compareWithGit, b.compareFour, b.size} {
		figures, err := measure()
		if err != nil {
			return err
		}
		for _, f := range figures {
			fmt.Println(f)
		}
	}
	return nil
}
