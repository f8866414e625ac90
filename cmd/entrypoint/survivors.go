package main

import (
	"strconv"
	"strings"
	"syscall"
	"time"
)

// killedTime bounds the wait for processes that were killed. One that hangs in the kernel does not even die of SIGKILL,
// and must not keep the container.
const killedTime = 10 * time.Second

// endAll kills what is left of a group whose leader has ended, and what has left the group and has become the wrapper's own child
// with its parent's end, and reaps all of it.
func endAll(group int, caught signals) {
	defer ring(caught.bell) // what is no child's end is looked at by who comes next
	late := time.After(killedTime)
	for {
		_ = syscall.Kill(-group, syscall.SIGKILL)
		for _, child := range children() {
			_ = syscall.Kill(child, syscall.SIGKILL)
		}
		reapOrphans()
		if !lives(group) && len(children()) == 0 {
			return
		}
		select {
		case <-caught.bell:
		case <-late:
			return
		}
	}
}

// children lists the wrapper's children. All are the first thread's, which starts the command and inherits the orphans. A kernel
// that does not tell leaves those to the end of the container.
func children() []int {
	own := strconv.Itoa(syscall.Getpid())
	text, err := readFile("/proc/" + own + "/task/" + own + "/children")
	if err != nil {
		return nil
	}
	if len(text) == maxRead { // the rest is found in the next round; half a number would be somebody else's
		text = text[:strings.LastIndexByte(text, ' ')+1]
	}
	var list []int
	for word := range strings.FieldsSeq(text) {
		if pid, err := strconv.Atoi(word); err == nil {
			list = append(list, pid)
		}
	}
	return list
}
