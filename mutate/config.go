package mutate

import (
	"cmp"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract"
)

// Delivery says how the tools get into a Pod.
type Delivery string

const (
	// DeliveryAuto is [ImageVolume] where every node that takes Pods can ([Facts.ImageVolumes]), else [InitContainer].
	DeliveryAuto Delivery = "auto"
	// ImageVolume mounts the tools image itself, read-only. It needs a kubelet and a runtime that can (Kubernetes 1.35,
	// containerd 2.1, or newer); some others mount an empty directory.
	ImageVolume Delivery = "imageVolume"
	// InitContainer copies the tools into an emptyDir with an init container, which works everywhere.
	InitContainer Delivery = "initContainer"
)

// ParseDelivery reads a [Delivery] as it stands in an operator's configuration. The empty string is [ImageVolume].
func ParseDelivery(s string) (Delivery, error) {
	switch d := cmp.Or(Delivery(s), ImageVolume); d {
	case DeliveryAuto, ImageVolume, InitContainer:
		return d, nil
	default:
		return "", fmt.Errorf("reading the delivery %q: it must be %s, %s or %s", s, DeliveryAuto, ImageVolume, InitContainer)
	}
}

// Config is what the operator decides for every Pod.
type Config struct {
	// ToolsImage holds /entrypoint and /nop. It must be set: without it every object that asks is denied.
	ToolsImage string
	// ToolsPullPolicy is the pull policy of ToolsImage. Empty means the API's default for the image's tag.
	ToolsPullPolicy corev1.PullPolicy
	// CloneImage holds /gitclone and git. Where it is empty, every object that asks for repositories is denied. It is pulled as ToolsImage is.
	CloneImage string
	// Delivery says how the tools get into a Pod. Empty means [ImageVolume].
	Delivery Delivery
	// KnownSidecars are names of containers that the cluster's own webhooks add, beside the well-known ones: containers with
	// such a name count as added by somebody else. Empty adds none.
	KnownSidecars []string
	// Version of Orderly, written into the annotation orderly.dev/status. Empty means "devel".
	Version string
}

// problems reports a configuration that no Pod can be rewritten with. It denies rather than lets through, because a Pod that
// asked for an order must not run without one.
func (c Config) problems() field.ErrorList {
	var errs field.ErrorList
	path := field.NewPath("config")
	if c.ToolsImage == "" {
		errs = append(errs, field.InternalError(path.Child("toolsImage"),
			fmt.Errorf("the webhook does not know the image of its tools; its operator must configure it")))
	}
	if _, err := ParseDelivery(string(c.Delivery)); err != nil {
		errs = append(errs, field.InternalError(path.Child("delivery"), err))
	}
	for i, name := range c.KnownSidecars {
		if !contract.IsName(name) {
			errs = append(errs, field.InternalError(path.Child("knownSidecars").Index(i),
				fmt.Errorf("%q cannot be the name of a container; the operator must correct it", cut(name, maxValue))))
		}
	}
	return errs
}
