package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the wrapper as users do: each file of testdata/script tells what it shows. The program leave-group runs
// another one in its parent's process group. The verbs:
//
//	run CODE PROGRAM ARGS…       runs a program; it exits with CODE; what it said is in the file `said`
//	start NAME PROGRAM ARGS…     starts one beside the script
//	waits NAME                   returns when NAME, a wrapper, sleeps in its wait
//	catches NAME                 returns when NAME, a wrapper, catches all signals
//	signal NUMBER NAME           sends a signal
//	ends NAME CODE               waits for the end of NAME, which exits with CODE; what it said is in NAME.said
//	lives NAME                   NAME has not ended
//	await FILE                   returns when FILE is there and not empty
//	vanished PIDFILE             returns when the process whose id the file holds is gone; a zombie is not
//	swap DIR FILE TEXT           writes a file as the kubelet does in a downward API volume
//	marker FILE REASON CODE [FAILED…]   FILE, or the last line of a termination message, is a marker that says this
//	mode FILE MODE               the file's permissions, in octal
//	listen NETWORK ADDRESS       takes connections
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			// The user's own PATH may have directories that others may not search, which would change what is tested.
			e.Setenv("PATH", filepath.Dir(wrapper)+":"+defaultPath)
			e.Setenv("WRAPPER", wrapper)
			e.Values[processesKey{}] = processes{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"run": runVerb, "start": startVerb, "waits": waitsVerb, "catches": catchesVerb, "signal": signalVerb, "ends": endsVerb,
			"lives": livesVerb, "await": awaitVerb, "vanished": vanishedVerb, "swap": swapVerb, "marker": markerVerb, "mode": modeVerb,
			"listen": listenVerb,
		},
	})
}
