package mutate_test

import (
	"testing"

	"orderly.dev/mutate"
)

// Between two passes a node may come that cannot mount images, or the operator may decide otherwise.
func FuzzTheWayOfDeliveryMayChange(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := g.pod(), makeConfig()
		config.Delivery = mutate.DeliveryAuto
		old, young := mutate.Facts{}, mutate.Facts{ImageVolumes: true}
		byInstaller, byVolume := mustMutateKnowing(t, pod, config, old), mustMutateKnowing(t, pod, config, young)
		requireEqual(t, byVolume, mustMutateKnowing(t, byInstaller, config, young), "the installer leaves nothing behind")
		requireEqual(t, byInstaller, mustMutateKnowing(t, byVolume, config, old), "the image volume leaves nothing behind")
	})
}
