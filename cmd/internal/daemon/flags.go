package daemon

import (
	"flag"
	"io"
	"log/slog"

	"github.com/spf13/pflag"
)

// Flags are the flags that every daemon has.
type Flags struct {
	// HealthAddress is where /healthz and /readyz are served, :8081 by default; 0 is nowhere.
	HealthAddress string
	// MetricsAddress is where /metrics is served, :8080 by default; 0 is nowhere.
	MetricsAddress string

	logLevel, logFormat string
}

// Add adds the flags to those of a command, and controller-runtime's --kubeconfig.
func (f *Flags) Add(flags *pflag.FlagSet) {
	flags.StringVar(&f.HealthAddress, "health-address", ":8081", "where /healthz and /readyz are served; 0 is nowhere")
	flags.StringVar(&f.MetricsAddress, "metrics-address", ":8080", "where /metrics is served; 0 is nowhere")
	flags.StringVar(&f.logLevel, "log-level", "info", "least severe messages to log: debug, info, warn or error")
	flags.StringVar(&f.logFormat, "log-format", "json", "format of the log: json or text")
	flags.AddGoFlagSet(flag.CommandLine)
}

// Logger makes the logger that the flags ask for. The error names the flag that is wrong.
func (f *Flags) Logger(w io.Writer) (*slog.Logger, error) {
	return newLogger(w, f.logLevel, f.logFormat)
}
