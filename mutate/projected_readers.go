package mutate

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Who can read the files of a projected volume (kubernetes/pkg/volume/projected, SetUpAt and collectData; the same in 1.35 and 1.37):
//
//   - They belong to root and its group, and have the mode of the entry.
//   - With an fsGroup they belong to that group, which may read them whatever the mode says, and every container is in it.
//   - A token has mode 0600 and belongs to the user of all containers, where each names one and it is the same for all
//     (kubernetes/pkg/volume/util, FsUserFrom). Else it is a file like the others.
//
// What an image says about its user is not known here, so a container that names none may be root, and is not warned about.

const (
	anybodyReads = 0o004
	groupReads   = 0o040
)

// modeWarnings tell which containers of a rewritten Pod cannot read the files that they see.
func modeWarnings(pod *corev1.Pod, d decision) []string {
	ofPod := cmp.Or(pod.Spec.SecurityContext, &corev1.PodSecurityContext{})
	if len(d.projected) == 0 || ofPod.FSGroup != nil {
		return nil
	}
	users := identitiesOf(&pod.Spec, ofPod)
	oneUser := haveOneUser(users)
	owned := func(s projectedSource) bool { return oneUser && s.ServiceAccountToken != nil }
	var warnings []string
	for _, p := range d.projected {
		what := p.ofRoot(owned)
		if what == "" || p.mode&anybodyReads != 0 {
			continue
		}
		cannot, perhaps := p.excluded(users)
		const way = `; write mode: "0444", or set the Pod's fsGroup`
		if len(cannot) > 0 {
			warnings = append(warnings, what+enumerate(cannot)+" cannot read them"+way)
		}
		if len(perhaps) > 0 {
			warnings = append(warnings, what+enumerate(perhaps)+" can read them only with the group of root"+way)
		}
	}
	return warnings
}

// ofRoot begins a sentence about the files that belong to root. It is empty where all are owned by somebody else.
func (p projection) ofRoot(owned func(projectedSource) bool) string {
	but := ""
	switch {
	case !slices.ContainsFunc(p.sources, func(s projectedSource) bool { return !owned(s) }):
		return ""
	case slices.ContainsFunc(p.sources, owned):
		but = ", but for tokens,"
	}
	return fmt.Sprintf("%s: the files in %s%s belong to root with mode %04o, so ", contract.AnnotationProjected, cut(p.path, maxValue), but, p.mode)
}

// excluded lists the containers that cannot read the files, and those of which it is not known because the image says their group.
func (p placedProjection) excluded(users []identity) (cannot, perhaps []string) {
	for _, who := range users {
		switch {
		case !p.seen[who.container], !who.isNotRoot(), p.mode&groupReads != 0 && who.rootsGroup:
		case p.mode&groupReads == 0, who.group != nil:
			cannot = append(cannot, who.String())
		default:
			perhaps = append(perhaps, who.String())
		}
	}
	return cannot, perhaps
}

// identity is who a container runs as, as far as the Pod says it.
type identity struct {
	container   string
	user, group *int64
	// nonRoot says that the kubelet refuses to run it as root.
	nonRoot bool
	// rootsGroup says that it is in the group of root.
	rootsGroup bool
}

func identitiesOf(spec *corev1.PodSpec, ofPod *corev1.PodSecurityContext) []identity {
	var users []identity
	for _, containers := range [][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range containers {
			own := cmp.Or(containers[i].SecurityContext, &corev1.SecurityContext{})
			who := identity{container: containers[i].Name, user: cmp.Or(own.RunAsUser, ofPod.RunAsUser), group: cmp.Or(own.RunAsGroup, ofPod.RunAsGroup)}
			nonRoot := cmp.Or(own.RunAsNonRoot, ofPod.RunAsNonRoot)
			who.nonRoot = nonRoot != nil && *nonRoot
			who.rootsGroup = who.group != nil && *who.group == 0 || slices.Contains(ofPod.SupplementalGroups, 0)
			users = append(users, who)
		}
	}
	return users
}

// isNotRoot reports whether it is certain not to be root.
func (i identity) isNotRoot() bool {
	return i.user != nil && *i.user != 0 || i.user == nil && i.nonRoot
}

func (i identity) String() string {
	if i.user == nil {
		return i.container + " (not root)"
	}
	return fmt.Sprintf("%s (user %d)", i.container, *i.user)
}

// haveOneUser reports whether all containers name the same user.
func haveOneUser(all []identity) bool {
	return !slices.ContainsFunc(all, func(i identity) bool { return i.user == nil || *i.user != *all[0].user })
}
