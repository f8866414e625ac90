package main

import (
	"crypto/rand"
	"errors"
	"os"

	"github.com/spf13/pflag"
)

// electionFlags are the flags of the election as they were given.
type electionFlags struct {
	elect               bool
	namespace, identity string
}

func (f *electionFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.elect, "leader-elect", true, "agree with other replicas, by a Lease, on the one that acts; false for one that runs alone")
	flags.StringVar(&f.namespace, "leader-election-namespace", os.Getenv("POD_NAMESPACE"),
		"namespace of the Lease "+leaseName+" (default $POD_NAMESPACE)")
	flags.StringVar(&f.identity, "leader-election-identity", os.Getenv("POD_NAME"),
		"what the Lease calls this replica and no other (default $POD_NAME, else the name of the host and something random)")
}

func (f *electionFlags) parse() (election, error) {
	switch {
	case !f.elect:
		return election{}, nil
	case f.namespace == "":
		return election{}, errors.New("--leader-election-namespace is missing: set it, or the environment variable POD_NAMESPACE; " +
			"or run one replica alone, with --leader-elect=false")
	case f.identity == "":
		return election{namespace: f.namespace, identity: madeUpIdentity()}, nil
	default:
		return election{namespace: f.namespace, identity: f.identity}, nil
	}
}

// madeUpIdentity is that of a program that runs in no Pod.
func madeUpIdentity() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown" // what follows is unique, and the host is for people
	}
	return host + "_" + rand.Text()
}
