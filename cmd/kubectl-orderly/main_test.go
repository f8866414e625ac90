package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the program does into the scripts in testdata")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kubectl-orderly": main})
}

func TestScripts(t *testing.T) {
	registry := startRegistry(t)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("REGISTRY", registry)
			return nil
		},
	})
}
