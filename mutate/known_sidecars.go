package mutate

import (
	"maps"
	"slices"
)

// KnownSidecars lists the names of containers that well-known webhooks add, in alphabetical order.
func KnownSidecars() []string { return slices.Sorted(maps.Keys(knownSidecars)) }

// isKnownSidecar reports whether a container with this name counts as added by somebody else.
func (c Config) isKnownSidecar(container string) bool {
	return knownSidecars[container] || slices.Contains(c.KnownSidecars, container)
}

// knownSidecars are names of containers that well-known webhooks add. A container with such a name counts as added by somebody else,
// even where nothing else tells: its webhook may set it up for a regular container, or come back and look for it there. The
// operator can add more: [Config.KnownSidecars].
var knownSidecars = map[string]bool{
	"azwi-proxy":          true, // Azure Workload Identity
	"cloud-sql-proxy":     true, // Google Cloud SQL
	"cloudsql-proxy":      true, // the same, version 1
	"consul-dataplane":    true, // Consul
	"daprd":               true, // Dapr
	"gke-gcsfuse-sidecar": true, // Google Cloud Storage FUSE
	"istio-proxy":         true, // Istio
	"jaeger-agent":        true, // Jaeger
	"kuma-sidecar":        true, // Kuma
	"linkerd-proxy":       true, // Linkerd
	"otc-container":       true, // OpenTelemetry operator
	"vault-agent":         true, // Vault Agent Injector
}
