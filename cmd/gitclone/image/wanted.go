package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"orderly.dev/mutate/contract"
)

// platform is what differs between the architectures.
type platform struct {
	architecture string // Debian's word for it, which is Go's too
	triplet      string // names the folder of its libraries
}

var platforms = []platform{
	{"amd64", "x86_64-linux-gnu"},
	{"arm64", "aarch64-linux-gnu"},
}

func findPlatform(architecture string) (platform, error) {
	var known []string
	for _, p := range platforms {
		if p.architecture == architecture {
			return p, nil
		}
		known = append(known, p.architecture)
	}
	return platform{}, fmt.Errorf("no image is made for %q: -arch is one of %s", architecture, strings.Join(known, ", "))
}

// libraryDirs is where Debian's loader looks without a cache, in its order.
func (p platform) libraryDirs() []string {
	return []string{"lib/" + p.triplet, "usr/lib/" + p.triplet, "lib", "usr/lib"}
}

// origins are the packages in which the search for the image's files begins; what they depend on is searched too.
var origins = []string{"git", "openssh-client", "ca-certificates", "libgcc-s1", "dash", "sed", "coreutils", "base-files"}

// programs are what runs in the image, beside what these need to run. Everything else of git is in the program itself.
var programs = []string{
	"usr/bin/git",
	"usr/bin/ssh",
	"usr/lib/git-core/git-remote-http",
	"usr/lib/git-core/git-remote-https",

	// `git submodule` is a script. These are what it reads and runs, and git runs commands that hold a space, such as the value
	// of core.sshCommand, by the shell. Debian's own small tools together are a fifth of a busybox, and no wget or nc comes with them.
	"usr/lib/git-core/git-submodule",
	"usr/lib/git-core/git-sh-setup",
	"usr/lib/git-core/git-sh-i18n",
	"usr/lib/git-core/git-sh-i18n--envsubst",
	"bin/sh",
	"bin/sed",
	"bin/uname",
	"usr/bin/basename",

	// Says which Debian this is, to whoever looks for known weaknesses of the packages.
	"etc/os-release",
}

// gconvModule is a line of the list of character sets that names the file which converts between two.
var gconvModule = regexp.MustCompile(`(?m)^module\s+\S+\s+\S+\s+(\S+)`)

// loaded are the files that programs load by themselves when they need them.
func (p platform) loaded(t tree) ([]string, error) {
	// glibc ends a thread by libgcc_s, and aborts without it. A thread of git ends so when a server reports an error on its side channel.
	files := []string{"lib/" + p.triplet + "/libgcc_s.so.1"}

	// git writes files in the encoding that .gitattributes (working-tree-encoding) says. The character sets are those that glibc
	// itself holds indispensable: the Unicode ones and Latin; 8 MB of others are left out.
	dir := "usr/lib/" + p.triplet + "/gconv"
	list, exists := t[dir+"/gconv-modules"]
	if !exists {
		return nil, fmt.Errorf("no package has /%s/gconv-modules", dir)
	}
	files = append(files, dir+"/gconv-modules")
	for _, match := range gconvModule.FindAllStringSubmatch(string(list.content), -1) {
		files = append(files, path.Join(dir, match[1]+".so"))
	}
	return files, nil
}

// settings are the files that no package has.
var settings = tree{
	"etc/group": {mode: 0o644, content: []byte("root:x:0:\n")},
	// The kubelet's /etc/hosts comes first, also for programs such as git-lfs that read this themselves.
	"etc/nsswitch.conf": {mode: 0o644, content: []byte("passwd: files\ngroup: files\nhosts: files dns\n")},
	// ssh refuses to run for a user that is not listed, and any user may be the one: the cloner writes the list. The link is relative
	// because container runtimes look into this file before the container starts, and some of them follow no absolute link there.
	"etc/passwd": linkTo(".." + contract.PasswdFile),
	// Without this folder git warns that it has no templates.
	"usr/share/git-core/templates": folder,
	// Mount point of everything that the cloner reads and writes.
	strings.TrimPrefix(contract.Root, "/"): folder,
}
