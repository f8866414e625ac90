package main

import (
	"errors"
	"log/slog"
	"os"

	"github.com/spf13/pflag"

	"orderly.dev/cmd/internal/daemon"
)

// options are the flags as they were given.
type options struct {
	nopImage string
	daemon   daemon.Flags
}

// settings are options that were found right.
type settings struct {
	nopImage                      string
	healthAddress, metricsAddress string
	logger                        *slog.Logger
}

func (o *options) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.nopImage, "nop-image", "", "image that a sidecar is swapped to when every step has ended (required)")
	o.daemon.Add(flags)
}

// parse checks the flags and reports everything that is wrong.
func (o *options) parse() (settings, daemon.UsageError) {
	var problems daemon.UsageError
	if o.nopImage == "" {
		problems = append(problems, errors.New("--nop-image is missing: it names the image that sidecars are swapped to"))
	}
	logger, err := o.daemon.Logger(os.Stderr)
	if err != nil {
		problems = append(problems, err)
	}
	return settings{
		nopImage:       o.nopImage,
		healthAddress:  o.daemon.HealthAddress,
		metricsAddress: o.daemon.MetricsAddress,
		logger:         logger,
	}, problems
}
