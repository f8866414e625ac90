package daemon

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// newLogger makes the program's logger. Level is one of debug, info, warn and error, format one of json and text.
func newLogger(w io.Writer, level, format string) (*slog.Logger, error) {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level %q is none of debug, info, warn, error", level)
	}
	options := &slog.HandlerOptions{Level: least}
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	default:
		return nil, fmt.Errorf("--log-format %q is neither json nor text", format)
	}
}

// UseLogger makes the libraries log through the same logger: controller-runtime by logr, client-go by klog, net/http, which
// reports failed handshakes, by the standard log. A message at V(1) is one at debug.
func UseLogger(logger *slog.Logger) {
	log.SetLogger(logr.FromSlogHandler(logger.Handler()))
	klog.SetSlogLogger(logger)
	slog.SetDefault(logger)
}
