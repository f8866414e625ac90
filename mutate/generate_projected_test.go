package mutate_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// projected gives a Pod up to three directories, at paths where nothing else is, which all containers see or those that are named.
func (g generator) projected(pod *corev1.Pod) {
	all := names(slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers))
	var entries []string
	for i := range 1 + g.IntN(3) {
		keys := []string{fmt.Sprintf("path: /projected/%d", i), "sources: [" + strings.Join(g.sources(), ", ") + "]"}
		if g.chance(40) {
			keys = append(keys, "mode: "+pick(g, `"0444"`, "0400", "0o750"))
		}
		if g.chance(40) {
			g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			keys = append(keys, "for: ["+strings.Join(all[:1+g.IntN(len(all))], ", ")+"]")
		}
		g.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		entries = append(entries, "{"+strings.Join(keys, ", ")+"}")
	}
	pod.Annotations[contract.AnnotationProjected] = "[" + strings.Join(entries, ", ") + "]"
	if g.chance(30) {
		g.mountAround(pod)
	}
}

// mountAround gives some containers a volume in which the directories are to be mounted.
func (g generator) mountAround(pod *corev1.Pod) {
	source := corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
	if g.chance(50) {
		source = corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{}}
	}
	pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: "around", VolumeSource: source})
	for _, containers := range [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers} {
		for i := range containers {
			if g.chance(50) {
				mount := corev1.VolumeMount{Name: "around", MountPath: "/projected", ReadOnly: source.ConfigMap != nil}
				containers[i].VolumeMounts = append(containers[i].VolumeMounts, mount)
			}
		}
	}
}

// sources gives up to four of every kind, of which no two write down the same path.
func (g generator) sources() []string {
	var sources []string
	for i := range 1 + g.IntN(4) {
		sources = append(sources, pick(g,
			"{configMap: a}", "{secret: a}", "{configMap: b, optional: true}", "{secret: b.c, optional: false}",
			fmt.Sprintf("{configMap: a, items: {a: item-%d/a, b..: item-%d/b}}", i, i), fmt.Sprintf("{secret: a, optional: true, items: {a: item-%d}}", i),
			fmt.Sprintf("{downward: {labels-%d: metadata.labels, team-%d: \"metadata.annotations['example.com/Team']\"}}", i, i),
			fmt.Sprintf("{token: {path: token-%d}}", i), fmt.Sprintf("{token: {audience: vault, expirationSeconds: 600, path: tokens/%d}}", i),
		))
	}
	return sources
}

// requireProjected demands of a rewritten Pod what the API server and the kubelet do: that every file can be made, and every directory be mounted.
func requireProjected(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	mounted := map[string]bool{}
	for _, c := range allContainers(pod) {
		at := map[string]bool{}
		for _, m := range c.VolumeMounts {
			require.False(t, at[m.MountPath], "%s is mounted twice in %s", m.MountPath, c.Name)
			at[m.MountPath] = true
			if strings.HasPrefix(m.Name, "orderly-projected-") {
				mounted[m.Name] = true
				require.Equal(t, corev1.VolumeMount{Name: m.Name, MountPath: path.Clean(m.MountPath), ReadOnly: true}, m)
				require.True(t, path.IsAbs(m.MountPath))
				requireRoom(t, pod, *c, m)
			}
		}
	}
	for _, v := range pod.Spec.Volumes {
		if strings.HasPrefix(v.Name, "orderly-projected-") {
			require.True(t, mounted[v.Name], "nobody sees %s", v.Name)
			delete(mounted, v.Name)
			requireFiles(t, v.Projected)
		}
	}
	require.Empty(t, mounted, "volumes that are not there")
}

// requireRoom demands that a directory hides nothing that is mounted, and that there can be a directory to mount it on.
func requireRoom(t *testing.T, pod *corev1.Pod, c corev1.Container, m corev1.VolumeMount) {
	t.Helper()
	var around corev1.VolumeMount
	for _, other := range c.VolumeMounts {
		at := path.Clean("/" + other.MountPath)
		require.False(t, other.Name != m.Name && strings.HasPrefix(at+"/", m.MountPath+"/"), "%s hides %s", m.MountPath, at)
		if strings.HasPrefix(m.MountPath, at+"/") && len(at) > len(path.Clean("/"+around.MountPath)) {
			around = other
		}
	}
	made := slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == around.Name && v.ConfigMap != nil })
	require.True(t, made || !around.ReadOnly, "%s is in %s, which is read-only", m.MountPath, around.MountPath)
}

func requireFiles(t *testing.T, source *corev1.ProjectedVolumeSource) {
	t.Helper()
	require.Zero(t, *source.DefaultMode&^0o777)
	require.NotEmpty(t, source.Sources)
	var files []string
	for _, s := range source.Sources {
		switch {
		case s.ConfigMap != nil:
			files = append(files, pathsOf(s.ConfigMap.Items)...)
		case s.Secret != nil:
			files = append(files, pathsOf(s.Secret.Items)...)
		case s.DownwardAPI != nil:
			for _, item := range s.DownwardAPI.Items {
				require.Equal(t, "v1", item.FieldRef.APIVersion)
				files = append(files, item.Path)
			}
		default:
			files = append(files, s.ServiceAccountToken.Path)
		}
	}
	for i, a := range files {
		require.Equal(t, path.Clean(a), a)
		require.False(t, path.IsAbs(a) || strings.HasPrefix(a, "..") || a == ".", a)
		for j, b := range files {
			require.False(t, i != j && strings.HasPrefix(b+"/", a+"/"), "%s and %s", a, b)
		}
	}
}

func pathsOf(items []corev1.KeyToPath) []string {
	var paths []string
	for _, item := range items {
		paths = append(paths, item.Path)
	}
	return paths
}

// Invariants that hold for Pods without directories would show nothing.
func TestGeneratedPodsSeeDirectoriesInEveryWay(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(4 * seeds) {
		g := newGenerator(seed)
		pod := mustMutate(t, g.pod(), g.config())
		requireProjected(t, pod)
		for _, c := range allContainers(pod) {
			if !slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return strings.HasPrefix(m.Name, "orderly-projected-") }) {
				continue
			}
			found, wrapped := contract.FindWrapper(slices.Concat(c.Command, c.Args))
			isInit := slices.Contains(names(pod.Spec.InitContainers), c.Name)
			for way, is := range map[string]bool{
				"a step":                 found.Options.PostFile != "",
				"a native sidecar":       c.RestartPolicy != nil,
				"a sidecar of others":    len(found.Options.StopFiles) > 0,
				"an init container":      isInit && c.RestartPolicy == nil,
				"one that is replaced":   isReplacedInit(c),
				"one without a wrapper":  !isInit && !wrapped,
				"one that always starts": pod.Spec.RestartPolicy == corev1.RestartPolicyAlways,
			} {
				if is {
					seen[way]++
				}
			}
		}
	}
	require.Len(t, seen, 7, "%v", seen)
}

func FuzzAnyProjectionIsJudged(f *testing.F) {
	for _, text := range []string{
		"[{path: /a, sources: [{configMap: a}]}]", "[{path: /a, sources: [{secret: a, items: {a: b/c, d: b}}]}]", "- path: /a/b\n  sources: [{token: {}}]\n  mode: 0400",
		"[{path: /a, sources: [{downward: {a: metadata.name}}], for: [a, init]}, {path: /a, sources: [{token: {path: x}}], for: [b]}]", "[{path: /data}]",
		"[{path: /a, sources: [{downward: {a: \"metadata.labels['a']\"}, optional: true}]}]", "[&a {path: /a}]", "{", "", "[{path: /w/a, sources: [{configMap: A}]}]",
	} {
		f.Add(strings.ReplaceAll(text, "/a", "/data/a"), "a, b", "/data/a/w")
		f.Add(strings.ReplaceAll(text, "/a", "/fixed/a"), "", "/fixed")
		f.Add(text, "a, b", "/w")
		f.Add(text, "", "")
	}
	f.Fuzz(func(t *testing.T, text, steps, workspace string) {
		pod := makePod(steps, "a", "b")
		if steps == "" {
			pod.Annotations, pod.Spec.RestartPolicy = map[string]string{}, corev1.RestartPolicyAlways
		}
		if workspace != "" {
			pod.Annotations[contract.AnnotationWorkspace] = workspace
		}
		pod.Annotations[contract.AnnotationProjected] = text
		pod.Spec.InitContainers = []corev1.Container{makeContainer("init")}
		pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: "/data"}, {Name: "data", MountPath: "/fixed", ReadOnly: true}}
		got, accepted := tryMutate(t, pod, makeConfig())
		if accepted {
			requireEqual(t, got, mustMutate(t, got, makeConfig()), "rewriting twice is not rewriting once")
			requireProjected(t, got)
		}
	})
}
