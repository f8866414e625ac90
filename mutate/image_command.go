package mutate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// What a container without a command runs, by the rules that container runtimes follow (the CRI, and Docker before it): the
// image's ENTRYPOINT, then the container's args or, where it has none, the image's CMD. An ENTRYPOINT of one empty word is none.

// maxImageCommand bounds the words of an image's command, in bytes: they become a part of the Pod. Linux itself takes no word of more
// than 128 KiB (MAX_ARG_STRLEN).
const maxImageCommand = 32 << 10

// launch is what a container runs that names no command itself, and what is to be said about it.
type launch struct {
	// options hold the command, or those of several architectures, and the stop signal.
	options contract.Options
	// args are what is left of the container's own.
	args []string
	// warnings are for the user.
	warnings []string
}

// imageLaunch decides what a container runs, by what its image says. The problem, in words, is empty where that is clear.
func imageLaunch(c *corev1.Container, image Image, possible []Platform) (launch, string) {
	if image.Problem != "" {
		return launch{}, image.Problem
	}
	platforms := narrow(image.Platforms, possible)
	if len(platforms) == 0 {
		return launch{}, "it is not there for any platform that the Pod may run on: " + enumeratePlatforms(possible)
	}
	var commands []contract.PlatformCommand
	for _, p := range platforms {
		words := imageWords(p, c.Args)
		if problem := unusable(words, c.Args); problem != "" {
			return launch{}, problem
		}
		command := contract.PlatformCommand{Architecture: p.Architecture, Words: words}
		if slices.ContainsFunc(commands, func(other contract.PlatformCommand) bool { return contradict(command, other) }) {
			return launch{}, "its variants for " + p.Architecture + " have different commands"
		}
		commands = append(commands, command)
	}
	l := oneOrSeveral(commands, c.Args)
	l.options.StopSignal, l.warnings = imageSignal(c.Name, platforms)
	return l, ""
}

// imageWords are the words that come before the container's args. Kubernetes replaces $(VAR) in a command, but not in what the
// image says, so the words are written in a way that it makes them again.
func imageWords(p ImagePlatform, args []string) []string {
	words := p.Entrypoint
	if len(words) == 1 && words[0] == "" {
		words = nil
	}
	if len(args) == 0 {
		words = slices.Concat(words, p.Cmd)
	}
	escaped := make([]string, len(words))
	for i, word := range words {
		escaped[i] = escapeVariables(word)
	}
	return escaped
}

// escapeVariables doubles the dollars of a word that Kubernetes would change: it makes one of two, and replaces $(VAR).
func escapeVariables(word string) string {
	if !strings.Contains(word, "$(") && !strings.Contains(word, "$$") {
		return word
	}
	return strings.ReplaceAll(word, "$", "$$")
}

// unusable says what is wrong with the words of a command before the container's args.
func unusable(words, args []string) string {
	size := 0
	for _, word := range words {
		size += len(word)
	}
	all := slices.Concat(words, args)
	switch {
	case len(all) == 0:
		return "the image has no command: neither ENTRYPOINT nor CMD"
	case all[0] == "" || all[0] == "--":
		return "the first word of its command is " + strconv.Quote(all[0]) + ", which is not a program"
	case slices.ContainsFunc(words, mentionsWrapper):
		return "its command holds the path of Orderly's wrapper, " + contract.WrapperPath
	case size > maxImageCommand:
		return fmt.Sprintf("its command has more than %d bytes", maxImageCommand)
	}
	return ""
}

// contradict reports whether two commands are for the same nodes and differ.
func contradict(a, b contract.PlatformCommand) bool {
	return a.Architecture == b.Architecture && !slices.Equal(a.Words, b.Words)
}

// oneOrSeveral leaves the choice to the wrapper, on the node, only where the architectures differ.
func oneOrSeveral(commands []contract.PlatformCommand, args []string) launch {
	first := commands[0].Words
	if slices.ContainsFunc(commands, func(c contract.PlatformCommand) bool { return !slices.Equal(c.Words, first) }) {
		commands = slices.CompactFunc(commands, func(a, b contract.PlatformCommand) bool { return a.Architecture == b.Architecture })
		return launch{options: contract.Options{PlatformCommands: commands}, args: args}
	}
	if len(first) == 0 { // the image has no more than a CMD, in place of which the container's args run
		first, args = args[:1], args[1:]
	}
	return launch{options: contract.Options{Entrypoint: first[0], Args: first[1:]}, args: args}
}
