package mutate

import (
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// An init container that only ran kubernetes-entrypoint becomes a waiter of Orderly's in its place, see emulated.go: the tools image, with the
// wrapper in front of a program that exits 0. It keeps its name, its resources, its variables, and the volumes in which sockets, files and
// templates are. It no longer asks the API server, so it sees no token.

// replaceInit makes a waiter of an init container. A tool that was put in front of its command has nothing to do any more, and goes with it.
func replaceInit(pod *corev1.Pod, c *corev1.Container, d decision) {
	options := waiterOptions(pod, c.Name, d.awaited.by(c.Name))
	c.Command, c.Args = slices.Concat([]string{contract.ToolsWrapper}, options.Words()), nil
	fillTool(c, d.config)
	c.SecurityContext = replacedSecurity(pod, c)
	addPodIP(c, options.Templates)
	c.VolumeMounts = slices.DeleteFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return path.Clean("/"+m.MountPath) == tokenDir })
	addMounts(c, waiterMounts)
}

// replacedSecurity adds to what a container may do whatever the PodSecurity profile "restricted" demands. Who it runs as stays, because sockets
// and files are there for that user. Root keeps its capabilities, for the same reason; it does not satisfy that profile anyway.
func replacedSecurity(pod *corev1.Pod, c *corev1.Container) *corev1.SecurityContext {
	security := &corev1.SecurityContext{}
	if c.SecurityContext != nil {
		security = c.SecurityContext
	}
	if isPrivileged(security) {
		return security
	}
	if security.AllowPrivilegeEscalation == nil {
		security.AllowPrivilegeEscalation = new(false)
	}
	if security.SeccompProfile == nil {
		security.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}
	}
	if isRoot(pod, security) {
		return security
	}
	if security.RunAsNonRoot == nil {
		security.RunAsNonRoot = new(true)
	}
	if security.Capabilities == nil {
		security.Capabilities = &corev1.Capabilities{}
	}
	if !slices.Contains(security.Capabilities.Drop, "ALL") {
		security.Capabilities.Drop = []corev1.Capability{"ALL"}
	}
	return security
}

// isPrivileged reports whether the API server would refuse a container that may not escalate its privileges.
func isPrivileged(s *corev1.SecurityContext) bool {
	return s.Privileged != nil && *s.Privileged ||
		s.Capabilities != nil && slices.ContainsFunc(s.Capabilities.Add, func(c corev1.Capability) bool { return c == "CAP_SYS_ADMIN" || c == "SYS_ADMIN" })
}

// isRoot reports whether a container of the tools image runs as root. The image itself says another user.
func isRoot(pod *corev1.Pod, s *corev1.SecurityContext) bool {
	user := s.RunAsUser
	if user == nil && pod.Spec.SecurityContext != nil {
		user = pod.Spec.SecurityContext.RunAsUser
	}
	return user != nil && *user == 0
}

// isReplaced reports whether an earlier pass made a waiter of a container. Its name and its image do not count.
func isReplaced(c *corev1.Container) bool {
	found, waits := contract.FindWaiter(slices.Concat(c.Command, c.Args))
	return waits && found.Options.Entrypoint == contract.ToolsNop
}

// releaseInit leaves nothing to wait for in an ordinary init container that an earlier pass made wait: the annotation may have gone since. What a
// waiter was before nobody knows, so it stays one, without anything to wait for.
func releaseInit(c *corev1.Container) {
	unwrap(c)
	if isReplaced(c) {
		options := contract.Options{Entrypoint: contract.ToolsNop}
		c.Command, c.Args = slices.Concat([]string{contract.ToolsWrapper}, options.Words()), nil
	}
}
