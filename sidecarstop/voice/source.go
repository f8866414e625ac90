package voice

import (
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
	"orderly.dev/sidecarstop/podview"
)

// sourcesOf are the repositories of a Pod, for whoever asks later what was built. There are none until all are in place: the kubelet has to have seen the
// cloner end well. After a reboot of the node it runs again, and leaves what is in place as it is.
func sourcesOf(v podview.View) []clone.Checkout {
	cloner, found := v.Cloner()
	ended := lastLife(cloner).Status.State.Terminated
	if !found || ended == nil || ended.ExitCode != contract.ExitOK {
		return nil
	}
	return cloner.Order.Checkouts(ended.Message)
}
