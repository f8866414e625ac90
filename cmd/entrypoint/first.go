package main

// firstThread takes what is to be done on the first thread of the process.
var firstThread = make(chan func())

// onFirstThread returns when something has been done on the first thread. Linux gives the signals of a process to its first thread,
// and SIGCHLD to the one that forked, even while it hangs in a system call that cannot be interrupted and another one is idle. So
// that thread starts the command or becomes it, and does what belongs to that; nothing that may hang (see [watcher.close])
// ever runs there, because the main goroutine keeps it and does nothing else.
func onFirstThread(do func()) {
	done := make(chan struct{})
	firstThread <- func() {
		do()
		close(done)
	}
	<-done
}
