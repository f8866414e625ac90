package main

import (
	"net"

	"github.com/rogpeppe/go-internal/testscript"
)

// listenVerb takes connections at an address until the script ends.
func listenVerb(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, "NETWORK ADDRESS")
	listener, err := net.Listen(args[0], args[1])
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
}
