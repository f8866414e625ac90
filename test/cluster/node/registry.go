package node

import (
	"context"
	"net/http"
	"os"
	"time"
)

// startRegistry starts the registry on the node, over plain http: nothing but this machine can reach it.
func (n *Node) startRegistry() error {
	config := map[string]any{
		"version": "0.1",
		"log":     map[string]any{"level": "info"},
		"storage": map[string]any{"filesystem": map[string]any{"rootdirectory": n.data("registry")}},
		"http":    map[string]any{"addr": Registry},
	}
	path := n.config("registry.json")
	if err := writeJSON(path, config); err != nil {
		return err
	}
	if err := os.MkdirAll(n.data("registry"), 0o755); err != nil {
		return err
	}
	return n.start("registry", []string{"serve", path}, "OTEL_TRACES_EXPORTER=none")
}

func (n *Node) awaitRegistry(ctx context.Context) error {
	browser := &http.Client{Timeout: 5 * time.Second}
	return n.wait(ctx, 30*time.Second, "the registry", func(ctx context.Context) error {
		return fetch(ctx, browser, "http://"+Registry+"/v2/", nil)
	})
}
