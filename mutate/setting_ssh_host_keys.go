package mutate

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// readSSHHostKeys reads orderly.dev/ssh-host-keys: strict, the default, or accept-new, see [clone.HostKeys].
func readSSHHostKeys(s subject, into *settings) field.ErrorList {
	return readWord(s, contract.AnnotationSSHHostKeys, &into.repositories.HostKeys, clone.StrictHostKeys, clone.AcceptNewHostKeys)
}
