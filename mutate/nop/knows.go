package nop

import (
	_ "embed"
	"path"
	"slices"
	"strings"
)

//go:embed commands.txt
var list string

// pathFolders are the folders of the PATH that a container runtime gives to a container without one. In the image they are all the same.
var pathFolders = []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}

// commands has a line of the list for each key.
var commands = parse(list)

func parse(text string) map[string]bool {
	parsed := map[string]bool{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			parsed[line] = true
		}
	}
	return parsed
}

// Knows reports whether a container with that command, ends with 0 when its image becomes the tools image. An
// empty command is the image's own entrypoint, which is nop. Of any other only the first word counts: nop reads no arguments.
//
// It is the image that is known here, and not the container. A command that lies in a volume is there with any image, and a volume
// over the place of a command, or a PATH without one of the usual folders, hides nop.
func Knows(command []string) bool {
	if len(command) == 0 {
		return true
	}
	program := command[0]
	switch folder, name := path.Split(program); {
	case folder == "":
		return commands[name]
	case !path.IsAbs(program):
		return false // below the working directory, which is another in each image
	case slices.Contains(pathFolders, path.Clean(folder)):
		return commands[name]
	default:
		return commands[path.Clean(program)]
	}
}
