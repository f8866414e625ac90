package host

import (
	"context"
	"os"
	"os/exec"
)

// LoadModules loads what the node needs of a kernel with modules: container file systems, and iptables for bridged packets. A
// kernel that has them built in, or no modprobe, is fine; where one is truly missing, the component that needs it says so.
func LoadModules(ctx context.Context) {
	if _, err := exec.LookPath("modprobe"); err != nil {
		return
	}
	for module, shows := range map[string]string{
		"overlay":      "/sys/module/overlay",
		"br_netfilter": "/proc/sys/net/bridge",
	} {
		if _, err := os.Stat(shows); err != nil {
			_ = exec.CommandContext(ctx, "modprobe", "--quiet", module).Run()
		}
	}
}
