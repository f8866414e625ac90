package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"

	"orderly.dev/test/cluster/host"
	"orderly.dev/test/cluster/image"
)

// containerdConfig keeps every file, socket and namespace of this containerd in the node's own folders: the defaults are those of any
// other containerd on the machine. The plugins that are off would use folders or sockets outside, or nothing here needs them.
var containerdConfig = template.Must(template.New("containerd.toml").Parse(`version = 3
root = "{{.Root}}"
state = "{{.State}}"
imports = []
disabled_plugins = [
  "io.containerd.nri.v1.nri",
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.image-verifier.v1.bindir",
]

[grpc]
  address = "{{.Socket}}"

[plugins."io.containerd.shim.v1.manager"]
  socket_dir = "{{.Shims}}"

[plugins."io.containerd.cri.v1.images"]
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "{{.Pause}}"
  [plugins."io.containerd.cri.v1.images".registry]
    config_path = "{{.Registries}}"

[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = {{.RestrictOOM}}
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["{{.Plugins}}"]
    conf_dir = "{{.CNI}}"
    use_internal_loopback = true
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      BinaryName = "{{.Runc}}"
      Root = "{{.RuncRoot}}"
      SystemdCgroup = false
`))

// registryHosts has containerd pull from the node's registry, over http, whatever registry an image names: there is no way to any
// other from here, and so an image such as busybox, or one of a chart's default registry, is found as it is in a cluster that has one.
const registryHosts = `server = "http://` + Registry + `"

[host."http://` + Registry + `"]
  capabilities = ["pull", "resolve"]
`

// podNetwork connects Pods by a bridge. They need the default route: Services have no interface of their own. host-local would keep the
// addresses in use in a folder outside.
func (n *Node) podNetwork() map[string]any {
	return map[string]any{
		"cniVersion": "1.0.0",
		"name":       Name,
		"plugins": []any{map[string]any{
			"type": "bridge", "bridge": "cni0", "isGateway": true, "isDefaultGateway": true, "hairpinMode": true,
			"ipam": map[string]any{
				"type":    "host-local",
				"ranges":  [][]map[string]string{{{"subnet": podsOfNode}}},
				"dataDir": n.data("addresses"),
			},
		}},
	}
}

// startContainerd starts the container runtime and waits until it answers.
func (n *Node) startContainerd(ctx context.Context) error {
	if err := n.configureContainerd(); err != nil {
		return err
	}
	if err := n.start("containerd", []string{"--config=" + n.config("containerd.toml")}); err != nil {
		return err
	}
	return n.wait(ctx, 30*time.Second, "containerd", func(ctx context.Context) error {
		if _, err := os.Stat(n.containerdSocket()); err != nil {
			return err
		}
		return n.ctr(ctx, "version")
	})
}

func (n *Node) configureContainerd() error {
	runc, err := exec.LookPath("runc")
	if err != nil {
		return fmt.Errorf("finding runc: %w", err)
	}
	privileged, err := host.HasCapability(host.CapSysResource)
	if err != nil {
		return err
	}
	var text strings.Builder
	if err := containerdConfig.Execute(&text, map[string]any{
		"Root": n.data("containerd"), "State": filepath.Join(n.Run, "containerd"), "Socket": n.containerdSocket(),
		"Shims": filepath.Join(n.Run, "shims"), "Pause": pauseImage, "Registries": n.config("registries"),
		// Without the right to lower oom_score_adj, no sandbox starts unless containerd is told not to try.
		"RestrictOOM": !privileged,
		"Plugins":     host.CNIPlugins, "CNI": n.config("cni"), "Runc": runc, "RuncRoot": filepath.Join(n.Run, "runc"),
	}); err != nil {
		return fmt.Errorf("writing containerd's settings: %w", err)
	}
	hosts := filepath.Join(n.config("registries"), "_default", "hosts.toml")
	if err := os.MkdirAll(filepath.Dir(hosts), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(hosts, []byte(registryHosts), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(n.config("containerd.toml"), []byte(text.String()), 0o644); err != nil {
		return err
	}
	return writeJSON(filepath.Join(n.config("cni"), "10-bridge.conflist"), n.podNetwork())
}

// importPause gives containerd the image that every Pod begins with, before the kubelet asks for it.
func (n *Node) importPause(ctx context.Context) error {
	pause, err := image.New([]image.File{{Path: "pause", Mode: 0o755, Source: n.programs["pause"]}},
		image.Settings{Entrypoint: []string{"/pause"}, User: "65535:65535"})
	if err != nil {
		return err
	}
	archive := filepath.Join(n.Run, "pause.tar")
	if err := image.WriteArchive(archive, pauseImage, pause); err != nil {
		return err
	}
	return n.ctr(ctx, "images", "import", archive)
}

// ctr runs containerd's client on the images and containers of Kubernetes.
func (n *Node) ctr(ctx context.Context, args ...string) error {
	common := []string{"--address", n.containerdSocket(), "--namespace", "k8s.io"}
	return host.Run(ctx, n.programs["ctr"], slices.Concat(common, args)...)
}
