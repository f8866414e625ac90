package main

import (
	"slices"
	"strconv"
	"syscall"
	"time"

	"orderly.dev/mutate/contract"
)

// inside is what a container waits for that only it can see: sockets, files and addresses. What has been seen once is not
// looked at again.
type inside struct {
	sockets, files []string
	dials          []*dial
}

// newInside is nil where there is nothing to wait for; that waits for nothing.
func newInside(o contract.Options) *inside {
	if len(o.Sockets)+len(o.Files)+len(o.TCP) == 0 {
		return nil
	}
	i := &inside{sockets: slices.Clone(o.Sockets), files: slices.Clone(o.Files)}
	for _, address := range o.TCP {
		i.dials = append(i.dials, newDial(address, systemResolver()))
	}
	return i
}

// look returns what is still missing, each with the reason, for a message. It never blocks: connections are tried in the
// background, and seen by a later look.
func (i *inside) look() (missing []string) {
	if i == nil {
		return nil
	}
	i.sockets, missing = keepMissing(i.sockets, missing, "socket", missingSocket)
	i.files, missing = keepMissing(i.files, missing, "file", missingFile)
	i.dials = slices.DeleteFunc(i.dials, func(d *dial) bool {
		problem := d.look(time.Now())
		if problem != "" {
			missing = append(missing, "tcp "+d.address+": "+problem)
		}
		return problem == ""
	})
	return missing
}

// keepMissing keeps of files those for which problem says something, and adds that to missing.
func keepMissing(files, missing []string, kind string, problem func(string) string) (kept, all []string) {
	for _, f := range files {
		if why := problem(f); why != "" {
			kept, missing = append(kept, f), append(missing, kind+" "+f+": "+why)
		}
	}
	return kept, missing
}

// mayRead and mayWrite are R_OK and W_OK of access(2).
const mayRead, mayWrite = 4, 2

// effectiveIDs is AT_EACCESS of faccessat(2): what counts is as whom the command would open the file.
const effectiveIDs = 0x200

// missingSocket says why a socket cannot be used yet, nothing if it can.
func missingSocket(file string) string {
	var info syscall.Stat_t
	if err := syscall.Stat(file, &info); err != nil {
		return err.Error()
	}
	if info.Mode&syscall.S_IFMT != syscall.S_IFSOCK {
		return "not a socket"
	}
	if err := syscall.Faccessat(currentDirectory, file, mayRead|mayWrite, effectiveIDs); err != nil {
		return err.Error() + ", for user " + strconv.Itoa(syscall.Geteuid())
	}
	return ""
}

// currentDirectory is AT_FDCWD; the paths are absolute, so it does not matter.
const currentDirectory = -0x64

func missingFile(file string) string {
	var info syscall.Stat_t
	if err := syscall.Stat(file, &info); err != nil {
		return err.Error()
	}
	return ""
}
