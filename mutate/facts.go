package mutate

import corev1 "k8s.io/api/core/v1"

// Facts are what the edges found out about the surroundings of one object: its images, its namespace, the cluster. They are
// arguments, so that the answer depends on nothing else. The zero value knows nothing: commands that only an image tells are
// missing, no node mounts images, and the namespace bounds nothing.
type Facts struct {
	// Images holds what the registry said about the image of a container, by the container's name. Only those that
	// [Lookups] asks for are needed.
	Images map[string]Image
	// ImageVolumes is true where every node that takes Pods can mount an image as a volume; it decides for [DeliveryAuto].
	ImageVolumes bool
	// Limits are the items of all LimitRanges of the namespace.
	Limits []corev1.LimitRangeItem
	// Quotas are the names of the resources, such as limits.cpu, that the namespace's ResourceQuotas count: every container
	// must state those.
	Quotas []corev1.ResourceName
}

// Image is what the configuration of an image says about how its container runs, or why that could not be found out.
type Image struct {
	// Platforms holds one entry for each platform on which the Pod may run; all are of the same reference.
	Platforms []ImagePlatform
	// Problem says, in a sentence with a way out, why there is no entry. Empty where there is one.
	Problem string
}

// ImagePlatform is the configuration of an image for one platform.
type ImagePlatform struct {
	// OS, Architecture and Variant are named as Go names them: linux, arm64, v8. Variant is empty for most.
	OS, Architecture, Variant string
	// Entrypoint and Cmd are the words of the command, apart as the image's author wrote them.
	Entrypoint, Cmd []string
	// StopSignal is the signal that asks the command to end, as the image names it: SIGQUIT, or 3. Empty means SIGTERM.
	StopSignal string
}

// Lookup names an image that has to be looked up before [Pod] can decide.
type Lookup struct {
	// Container that has no command of its own.
	Container string
	// Image reference as the container has it.
	Image string
	// Platforms on which the Pod may run, at least one; there is nothing to be asked about others.
	Platforms []Platform
	// Needed is true for a step, and for a container that waits for something by itself: without an answer the Pod is denied. Any other
	// sidecar is only warned about.
	Needed bool
}
