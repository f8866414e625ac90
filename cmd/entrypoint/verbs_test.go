package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"orderly.dev/mutate/contract"
)

// processes are those that a script has started, by name.
type processes map[string]*process

// processesKey finds a script's processes among its values.
type processesKey struct{}

func processesOf(ts *testscript.TestScript) processes {
	list, _ := ts.Value(processesKey{}).(processes)
	return list
}

// named gives the process of that name.
func named(ts *testscript.TestScript, name string) *process {
	p := processesOf(ts)[name]
	if p == nil {
		ts.Fatalf("nothing of the name %s was started", name)
	}
	return p
}

// want ends the script with usage unless there are as many arguments as it names, or more if it ends in dots.
func want(ts *testscript.TestScript, neg bool, args []string, usage string) {
	names := strings.Fields(usage)
	more := strings.HasSuffix(usage, "…")
	least := len(names)
	if more {
		least--
	}
	if neg || len(args) < least || len(args) > len(names) && !more {
		ts.Fatalf("usage: %s", usage)
	}
}

func numberOf(ts *testscript.TestScript, word string) int {
	n, err := strconv.Atoi(word)
	ts.Check(err)
	return n
}

// launchIn starts a program in the script's directory, with the wrapper in its PATH.
func launchIn(ts *testscript.TestScript, said string, words []string) *process {
	cmd := exec.Command(words[0], words[1:]...)
	if words[0] == "entrypoint" {
		cmd = exec.Command(wrapper, words[1:]...)
	}
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "WORK="+ts.Getenv("WORK"))
	p, err := launch(cmd, filepath.Join(ts.Getenv("WORK"), said))
	ts.Check(err)
	ts.Defer(p.end)
	return p
}

func wantExit(ts *testscript.TestScript, p *process, code string) {
	got, err := p.exit()
	ts.Check(err)
	if got != numberOf(ts, code) {
		ts.Fatalf("exit code: want %s, got %d; it %s", code, got, p.state())
	}
}

func runVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "CODE PROGRAM ARGS…")
	wantExit(ts, launchIn(ts, "said", args[1:]), args[0])
}

func startVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "NAME PROGRAM ARGS…")
	processesOf(ts)[args[0]] = launchIn(ts, args[0]+".said", args[1:])
}

func waitsVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "NAME")
	ts.Check(named(ts, args[0]).awaitWait())
}

func catchesVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "NAME")
	ts.Check(named(ts, args[0]).awaitCatch())
}

func signalVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "NUMBER NAME")
	ts.Check(named(ts, args[1]).cmd.Process.Signal(syscall.Signal(numberOf(ts, args[0]))))
}

func endsVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "NAME CODE")
	wantExit(ts, named(ts, args[0]), args[1])
}

func livesVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "NAME")
	select {
	case <-named(ts, args[0]).over:
		ts.Fatalf("%s has ended; it %s", args[0], named(ts, args[0]).state())
	default:
	}
}

func awaitVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "FILE")
	ts.Check(awaitFile(ts.MkAbs(args[0])))
}

func vanishedVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "PIDFILE")
	pid := numberOf(ts, strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(await(
		func() bool { return syscall.Kill(pid, 0) == syscall.ESRCH },
		func() string { return "is still there: process " + strconv.Itoa(pid) },
	))
}

// swapVerb writes a new directory beside the old one and renames the link ..data, as the kubelet's atomic writer does.
func swapVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "DIR FILE TEXT")
	volume, file, text := ts.MkAbs(args[0]), args[1], args[2]
	fresh, err := os.MkdirTemp(volume, "..data_")
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(fresh, file), []byte(text), 0o644))
	link := filepath.Join(volume, "..data_tmp")
	ts.Check(os.Symlink(filepath.Base(fresh), link))
	ts.Check(os.Rename(link, filepath.Join(volume, "..data")))
	if _, err := os.Lstat(filepath.Join(volume, file)); err != nil {
		ts.Check(os.Symlink(filepath.Join("..data", file), filepath.Join(volume, file)))
	}
}

func markerVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "FILE REASON CODE FAILED…")
	text := ts.ReadFile(args[0])
	m, err := contract.DecodeMarker(text)
	if reported, found := contract.DecodeReport(text); found {
		m, err = reported.Marker, nil
	}
	if err != nil {
		ts.Fatalf("%s: %v: %q", args[0], err, text)
	}
	if string(m.Reason) != args[1] || m.ExitCode != numberOf(ts, args[2]) || !slices.Equal(m.Failed, args[3:]) {
		ts.Fatalf("%s: want %v, got %s", args[0], args[1:], text)
	}
}

func modeVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "FILE MODE")
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[1] {
		ts.Fatalf("permissions of %s: want %s, got %s", args[0], args[1], got)
	}
}
