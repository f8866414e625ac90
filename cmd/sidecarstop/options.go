package main

import (
	"errors"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"orderly.dev/cmd/internal/daemon"
	"orderly.dev/mutate/nop"
	"orderly.dev/sidecarstop"
	"orderly.dev/sidecarstop/ending"
)

// options are the flags as they were given.
type options struct {
	nopImage  string
	patience  map[string]string
	resources []string
	election  electionFlags
	daemon    daemon.Flags
}

// settings are options that were found right.
type settings struct {
	loop                          sidecarstop.Options
	election                      election
	healthAddress, metricsAddress string
	logger                        *slog.Logger
}

func (o *options) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.nopImage, "nop-image", "", "image that a sidecar is swapped to when every step has ended (required)")
	flags.StringToStringVar(&o.patience, "patience", nil, "`REASON=DURATION,…`: how long a container may wait for a reason that may pass, "+
		"before its Pod is cancelled, 2m where nothing is said; reasons are "+strings.Join(ending.GracedReasons(), ", "))
	flags.StringSliceVar(&o.resources, "dependency-resources", nil, "`RESOURCE.GROUP,…`: kinds that Pods may wait for as a resource. "+
		"The companion needs the right to list and watch them")
	o.election.add(flags)
	o.daemon.Add(flags)
}

// parse checks the flags and reports everything that is wrong.
func (o *options) parse() (settings, daemon.UsageError) {
	var problems daemon.UsageError
	if o.nopImage == "" {
		problems = append(problems, errors.New("--nop-image is missing: it names the image that sidecars are swapped to"))
	}
	patience, wrong := parsePatience(o.patience)
	problems = append(problems, wrong...)
	resources, wrong := parseResources(o.resources)
	problems = append(problems, wrong...)
	member, err := o.election.parse()
	if err != nil {
		problems = append(problems, err)
	}
	logger, err := o.daemon.Logger(os.Stderr)
	if err != nil {
		problems = append(problems, err)
	}
	return settings{
		loop: sidecarstop.Options{
			Settings:  ending.Settings{NopImage: o.nopImage, Knows: nop.Knows, Patience: patience},
			Resources: resources,
			Instance:  o.election.identity,
		},
		election:       member,
		healthAddress:  o.daemon.HealthAddress,
		metricsAddress: o.daemon.MetricsAddress,
		logger:         logger,
	}, problems
}
