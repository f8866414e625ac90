package mutate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// cloneAnnotations are all that shape what a Pod has of repositories.
var cloneAnnotations = []string{
	contract.AnnotationClone, contract.AnnotationEnvPrefix, contract.AnnotationSSHHostKeys, contract.AnnotationWorkspace, contract.AnnotationCompat,
}

// repositories gives a Pod up to four of them, and containers that have something of their own that is about them.
func (g generator) repositories(pod *corev1.Pod) {
	g.asksForRepositories(pod)
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		if g.chance(20) {
			c.WorkingDir = pick(g, "/srv", "/workspace/repo-0/x", "/workspace/nowhere")
		}
		if g.chance(20) {
			c.Env = append(c.Env, corev1.EnvVar{Name: "BEFORE"}, corev1.EnvVar{Name: "GIT_CONFIG_COUNT", Value: pick(g, "1", "2")},
				corev1.EnvVar{Name: "GIT_CONFIG_KEY_0", Value: pick(g, "user.name", "safe.directory")}, corev1.EnvVar{Name: "GIT_CONFIG_VALUE_0", Value: "x"})
		}
		if g.chance(20) {
			c.SecurityContext = &corev1.SecurityContext{RunAsUser: new(g.Int64N(3))}
		}
	}
}

// asksForRepositories writes the annotations.
func (g generator) asksForRepositories(pod *corev1.Pod) {
	var entries []string
	for i := range 1 + g.IntN(4) {
		entries = append(entries, g.repository(i))
	}
	pod.Annotations[contract.AnnotationClone] = "[" + strings.Join(entries, ", ") + "]"
	for _, setting := range []struct{ name, text string }{
		{contract.AnnotationWorkspace, pick(g, "/workspace", "/src/x")},
		{contract.AnnotationEnvPrefix, pick(g, "SRC", "ORDERLY_SRC_")},
		{contract.AnnotationSSHHostKeys, pick(g, "strict", "accept-new")},
	} {
		if g.chance(30) {
			pod.Annotations[setting.name] = setting.text
		}
	}
	if before, given := pod.Annotations[contract.AnnotationCompat]; g.chance(30) {
		pod.Annotations[contract.AnnotationCompat] = "git-events-runner"
		if given {
			pod.Annotations[contract.AnnotationCompat] = strings.Trim(before, "[]- ") + alsoRunner
		}
	}
}

const alsoRunner = ", git-events-runner"

// repository writes an entry with a path and a name of variables of its own.
func (g generator) repository(number int) string {
	server := pick(g, "https://git.example/team", "ssh://git@git.example/team", "http://git.example", "https://git.example/%24%28X%29")
	keys := []string{fmt.Sprintf("url: '%s/repo-%d.git'", server, number)}
	for _, key := range []string{
		pick(g, "ref: main", "branch: main", "tag: v1", "ref: refs/pull/1/head", "commit: "+strings.Repeat("0", 40), "ref: a$(X)$$b"),
		"secret: " + pick(g, "team", "key"), "submodules: true", "depth: 0", "keepGit: false", "sparse: [docs]",
		fmt.Sprintf("path: %s-%d", pick(g, "app", "libs/x"), number),
	} {
		if g.chance(40) {
			keys = append(keys, key)
		}
	}
	return "{" + strings.Join(keys, ", ") + "}"
}

// orderOf is what the cloner of a Pod is told.
func orderOf(t *testing.T, pod *corev1.Pod) (clone.Order, *corev1.Container) {
	t.Helper()
	i := slices.IndexFunc(pod.Spec.InitContainers, func(c corev1.Container) bool { return c.Name == contract.CloneContainer })
	require.GreaterOrEqual(t, i, 0, "there is no cloner")
	c := &pod.Spec.InitContainers[i]
	order, found := clone.FindOrder(slices.Concat(c.Command, c.Args))
	require.True(t, found, "the cloner cannot read %q", c.Args)
	return order, c
}

// A Pod that is a copy of one that Orderly rewrote, with other annotations, is as if it were the first of its kind.
func FuzzACopiedPodKeepsNothingOfOtherRepositories(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		fresh, config := g.pod(), g.config()
		if _, clones := fresh.Annotations[contract.AnnotationClone]; !clones {
			delete(fresh.Annotations, contract.AnnotationWorkspace) // without repositories a change of it is denied, see the golden cases
		}
		other := fresh.DeepCopy()
		for _, name := range cloneAnnotations[:4] {
			delete(other.Annotations, name)
		}
		switch text := strings.TrimSuffix(other.Annotations[contract.AnnotationCompat], alsoRunner); text {
		case "", "git-events-runner":
			delete(other.Annotations, contract.AnnotationCompat)
		default:
			other.Annotations[contract.AnnotationCompat] = text // what was replaced cannot be found again
		}
		g.asksForRepositories(other)

		copied := mustMutate(t, other, config)
		for _, name := range cloneAnnotations {
			delete(copied.Annotations, name)
			if text, given := fresh.Annotations[name]; given {
				copied.Annotations[name] = text
			}
		}
		want, accepted := tryMutate(t, fresh, config)
		require.True(t, accepted, "a hand-made Pod is right")
		requireEqual(t, want, mustMutate(t, copied, config), "something of the other repositories is left")
	})
}

// What the cloner gets can be read by it, and what the containers see is what it is told to make.
func FuzzTheClonerAndTheStepsAreToldTheSame(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := g.pod(), g.config()
		if _, clones := pod.Annotations[contract.AnnotationClone]; !clones {
			g.repositories(pod)
		}
		got := mustMutate(t, pod, config)
		order, cloner := orderOf(t, got)
		require.Equal(t, contract.ManagedYes, got.Labels[contract.LabelManaged])
		secrets := map[string]bool{}
		for _, r := range order.Repositories {
			secrets[r.Secret] = r.Secret != ""
		}
		for _, v := range got.Spec.Volumes {
			if v.Secret != nil && strings.HasPrefix(v.Name, "orderly-") {
				require.True(t, secrets[v.Secret.SecretName], "nobody asked for %s", v.Secret.SecretName)
				require.Contains(t, cloner.VolumeMounts, corev1.VolumeMount{Name: v.Name, MountPath: contract.SecretsDir + "/" + v.Secret.SecretName, ReadOnly: true})
				delete(secrets, v.Secret.SecretName)
			}
		}
		delete(secrets, "")
		require.Empty(t, secrets, "Secrets without a volume")
		for _, c := range usersContainers(got) {
			requireTold(t, order, c)
		}
	})
}

// requireTold demands that a container sees all of the repositories, or nothing.
func requireTold(t *testing.T, order clone.Order, c *corev1.Container) {
	t.Helper()
	found, wrapped := contract.FindWrapper(slices.Concat(c.Command, c.Args))
	sees := slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool {
		return m.Name == "orderly-workspace" && m.MountPath == order.Workspace && m.SubPath == contract.TreeSubPath
	})
	require.Equal(t, sees && wrapped, len(found.Options.EnvFiles) > 0, "%s reads what the cloner found", c.Name)
	told := map[string]bool{}
	for _, e := range c.Env {
		told[e.Name] = true
		require.NotContains(t, strings.ReplaceAll(e.Value, "$$", ""), "$(X)", "the kubelet would replace it")
	}
	for _, name := range []string{"WORKDIR", "SOURCE_URL"} {
		require.Equal(t, sees, told[order.EnvPrefix+name], "%s has %s", c.Name, name)
	}
	if sees && !wrapped {
		require.True(t, told[order.EnvPrefix+"SOURCE_REF_TYPE"] && told[order.EnvPrefix+"SOURCE_REF_NAME"], "%s has no file to read them from", c.Name)
	}
	if sees {
		require.True(t, c.WorkingDir != "" || found.Options.PostFile == "", "the step %s starts somewhere", c.Name)
		require.True(t, told["GIT_CONFIG_COUNT"])
		require.False(t, told[order.EnvPrefix+"SOURCE_COMMIT"], "only the cloner knows it")
	}
}

func FuzzAnyVariableBesideRepositoriesIsJudged(f *testing.F) {
	for _, name := range []string{
		"ORDERLY_WORKDIR", "ORDERLY_SOURCE_URL", "ORDERLY_SOURCE_APP_COMMIT", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "ACTION_JOB_WORKDIR",
		"ACTION_JOB_TRIGGER_SOURCE_NAMESPACE", "HOME", "POD_IP", "",
	} {
		f.Add(name, "/workspace/app", "/workspace/app", false)
		f.Add(name, "1", "", true)
	}
	f.Fuzz(func(t *testing.T, name, value, directory string, twice bool) {
		for _, pod := range []*corev1.Pod{makePod("b", "b"), makePod("", "b")} {
			if pod.Annotations[contract.AnnotationSteps] == "" {
				pod.Annotations, pod.Spec.RestartPolicy = map[string]string{}, corev1.RestartPolicyAlways
			}
			pod.Annotations[contract.AnnotationClone] = "[{url: https://git.example/app.git}]"
			pod.Annotations[contract.AnnotationCompat] = "git-events-runner"
			c := &pod.Spec.Containers[0]
			c.Env, c.WorkingDir = []corev1.EnvVar{{Name: name, Value: value}}, directory
			if twice {
				c.Env = append(c.Env, corev1.EnvVar{Name: name, Value: value})
			}
			got, accepted := tryMutate(t, pod, makeConfig())
			if !accepted {
				continue
			}
			requireEqual(t, got, mustMutate(t, got, makeConfig()), "rewriting twice is not rewriting once")
			require.Contains(t, got.Spec.Containers[0].Env, c.Env[0], "the user's variable is gone")
		}
	})
}

// Invariants that hold for Pods without repositories would show nothing.
func TestGeneratedPodsCloneInEveryWay(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(seeds) {
		g := newGenerator(seed)
		before := g.pod()
		if _, clones := before.Annotations[contract.AnnotationClone]; !clones {
			continue
		}
		pod := mustMutate(t, before, g.config())
		order, cloner := orderOf(t, pod)
		all := names(pod.Spec.InitContainers)
		at := slices.Index(all, contract.CloneContainer)
		for way, is := range map[string]bool{
			"behind the installer":        slices.Contains(all[:at], "orderly-install"),
			"behind the waiter":           slices.Contains(all[:at], contract.WaitContainer),
			"behind a native sidecar":     at > 0 && pod.Spec.InitContainers[at-1].RestartPolicy != nil,
			"before a native sidecar":     at+1 < len(all) && pod.Spec.InitContainers[at+1].RestartPolicy != nil,
			"before an init container":    at+1 < len(all) && pod.Spec.InitContainers[at+1].RestartPolicy == nil,
			"as root":                     *cloner.SecurityContext.RunAsUser == 0,
			"as the user of its image":    *cloner.SecurityContext.RunAsUser == 65532,
			"with a Secret":               len(cloner.VolumeMounts) > 4,
			"for a Pod that waits":        pod.Annotations[contract.AnnotationResolvedWaits] != "",
			"for a Pod without steps":     before.Annotations[contract.AnnotationSteps] == "" && before.Labels == nil,
			"for git-events-runner":       order.GitEventsRunner,
			"with a prefix of the user's": order.EnvPrefix != "ORDERLY_",
			"elsewhere":                   order.Workspace != "/workspace",
		} {
			if is {
				seen[way]++
			}
		}
	}
	require.Len(t, seen, 13, "%v", seen)
}
