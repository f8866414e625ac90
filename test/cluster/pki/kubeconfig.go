package pki

import (
	"encoding/json"
	"fmt"
	"os"
)

// WriteKubeconfig writes a kubeconfig with everything in it, so that it can be copied to where it is needed. It is JSON, which
// every reader of kubeconfigs takes as the YAML it is.
func WriteKubeconfig(path, server string, authority []byte, client Pair) error {
	type named map[string]any
	const name = "orderly-node"
	config := named{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": name,
		"clusters": []named{{"name": name, "cluster": named{
			"server": server, "certificate-authority-data": authority, // encoding/json writes bytes as base64, as it must be
		}}},
		"users": []named{{"name": name, "user": named{
			"client-certificate-data": client.Cert, "client-key-data": client.Key,
		}}},
		"contexts": []named{{"name": name, "context": named{"cluster": name, "user": name}}},
	}
	content, err := json.MarshalIndent(config, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding a kubeconfig: %w", err)
	}
	if err := os.WriteFile(path, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("writing a kubeconfig: %w", err)
	}
	return nil
}
