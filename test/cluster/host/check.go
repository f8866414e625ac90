package host

import (
	"errors"
	"fmt"
	"os"
)

// Check says all that keeps a node from running on this machine, or nil.
func Check() error {
	if os.Geteuid() != 0 {
		return errors.New("the node needs root: it makes a network namespace, mounts, cgroups and containers; " +
			"run it as root (sudo), or use a cluster of yours instead")
	}
	var problems []error
	for name, capability := range map[string]Capability{"CAP_SYS_ADMIN": CapSysAdmin, "CAP_NET_ADMIN": CapNetAdmin} {
		has, err := HasCapability(capability)
		if err != nil {
			return err
		}
		if !has {
			problems = append(problems, fmt.Errorf(
				"root lacks %s here, which namespaces, mounts and interfaces need: run it in a machine or a privileged container", name))
		}
	}
	if _, err := NewCgroup("check"); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
