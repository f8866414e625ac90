// Command image stages the root of the cloner's image, and renews the list of what it is made of.
//
//	image [-arch amd64] stage DIR   lays the image's files out in DIR, which must be empty or not exist
//	image update                    rewrites the list for every architecture from what the machine's package sources have today
//
// The image holds git as far as cloning needs it, an ssh client, the public certificate authorities, the few shell tools that
// `git submodule` runs, and the libraries of these: file by file from Debian's packages, none of which is installed. No script of
// a package runs, so a machine of one architecture stages for all. Chosen are the programs (programs in wanted.go), what they are
// linked to or interpreted by (closure), what they load by themselves (platform.loaded), and the licences that must travel
// with them. The cloner itself, /gitclone, is put there by `make rootfs`.
//
// The list, packages.txt, pins each package to version and SHA-256. Files come from the machine's own package sources by apt,
// which checks their signatures; they are kept in the user's cache by checksum, so that staging again needs no network. Debian's
// servers drop a version soon after the next: then staging says which, and `make cloner-packages` renews the list.
//
// Staged twice from one list, the folder is the same to the bit.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "image: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	s := stager{}
	architecture := flags.String("arch", runtime.GOARCH, "the architecture of the image")
	flags.StringVar(&s.list, "list", "cmd/gitclone/image/packages.txt", "the file that pins the packages")
	flags.StringVar(&s.cache, "cache", "", "where packages' files are kept (default: in the user's cache)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.cache == "" {
		var err error
		if s.cache, err = defaultStore(); err != nil {
			return err
		}
	}
	switch command := flags.Arg(0); {
	case command == "stage" && flags.NArg() == 2:
		return s.stage(ctx, *architecture, flags.Arg(1))
	case command == "update" && flags.NArg() == 1:
		return s.update(ctx)
	default:
		return errors.New("want `stage DIR` or `update`")
	}
}
