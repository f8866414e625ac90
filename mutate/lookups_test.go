package mutate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

func TestLookupsNameWhatIsToBeWrappedAndHasNoCommand(t *testing.T) {
	bare := func(pod *corev1.Pod, names ...string) *corev1.Pod {
		for _, c := range usersContainers(pod) {
			if slices.Contains(names, c.Name) {
				c.Command, c.Args = nil, nil
			}
		}
		return pod
	}
	both := []mutate.Platform{{OS: "linux", Architecture: "amd64"}, {OS: "linux", Architecture: "arm64"}}
	step := mutate.Lookup{Container: "build", Image: "registry.example/build", Platforms: both, Needed: true}
	for _, tc := range []struct {
		name   string
		pod    *corev1.Pod
		facts  mutate.Facts
		change func(*corev1.Pod)
		want   []mutate.Lookup
	}{
		{name: "every container has a command", pod: makePod("build", "build")},
		{name: "a step has none", pod: bare(makePod("build", "build"), "build"), want: []mutate.Lookup{step}},
		{name: "a sidecar that becomes native has none", pod: bare(makePod("build", "build", "own"), "own")},
		{name: "a sidecar of others has none", pod: bare(makePod("build", "build", "istio-proxy"), "istio-proxy"),
			want: []mutate.Lookup{{Container: "istio-proxy", Image: "registry.example/istio-proxy", Platforms: both}}},
		{name: "the annotation says it", pod: bare(makePod("build", "build"), "build"),
			change: func(p *corev1.Pod) { p.Annotations[contract.AnnotationCommands] = "{build: [make]}" }},
		{name: "the image is known already", pod: bare(makePod("build", "build"), "build"),
			facts: mutate.Facts{Images: map[string]mutate.Image{"build": {}}}},
		{name: "the Pod does not ask", pod: bare(makePod("build", "build"), "build"),
			change: func(p *corev1.Pod) { p.Annotations = nil }},
		{name: "the Pod is denied anyway", pod: bare(makePod("build, absent", "build"), "build")},
		{name: "a container without steps has none", pod: bare(makePod("", "nova", "api"), "nova", "api"),
			change: func(p *corev1.Pod) { p.Annotations = map[string]string{contract.AnnotationWaitFor: "[{service: a}]"} }},
		{name: "one that waits by itself has none", pod: bare(makePod("", "nova", "api"), "nova", "api"),
			change: func(p *corev1.Pod) {
				p.Annotations = map[string]string{contract.AnnotationWaitFor: "[{service: a, for: [nova]}]"}
			},
			want: []mutate.Lookup{{Container: "nova", Image: "registry.example/nova", Platforms: both, Needed: true}}},
		{name: "one that gets a file has none", pod: bare(makePod("", "nova", "api"), "nova", "api"),
			change: func(p *corev1.Pod) {
				p.Annotations = map[string]string{contract.AnnotationConfig: "[{from: /a, to: /b, for: [nova]}]"}
			},
			want: []mutate.Lookup{{Container: "nova", Image: "registry.example/nova", Platforms: both, Needed: true}}},
		{name: "a native sidecar that waits has none", pod: makePod("", "nova"),
			change: func(p *corev1.Pod) {
				p.Annotations = map[string]string{contract.AnnotationWaitFor: "[{service: a, for: [mesh]}]"}
				p.Spec.InitContainers = []corev1.Container{
					{Name: "prepare"}, {Name: "mesh", Image: "registry.example/mesh", RestartPolicy: new(corev1.ContainerRestartPolicyAlways)},
				}
			},
			want: []mutate.Lookup{{Container: "mesh", Image: "registry.example/mesh", Platforms: both, Needed: true}}},
		{name: "a sidecar that becomes native and waits has none", pod: bare(makePod("build", "build", "own"), "own"),
			change: func(p *corev1.Pod) { p.Annotations[contract.AnnotationWaitFor] = "[{service: a, for: [own]}]" },
			want:   []mutate.Lookup{{Container: "own", Image: "registry.example/own", Platforms: both, Needed: true}}},
		{name: "the Pod runs on one platform", pod: bare(makePod("build", "build"), "build"),
			change: func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{corev1.LabelArchStable: "arm64"} },
			want:   []mutate.Lookup{{Container: "build", Image: "registry.example/build", Platforms: both[1:], Needed: true}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.change != nil {
				tc.change(tc.pod)
			}
			require.Equal(t, tc.want, mutate.Lookups(tc.pod, makeConfig(), tc.facts))
		})
	}
}

// withoutCommands takes the commands away from some of the containers that will be wrapped, and tells what their images say.
func (g generator) withoutCommands(pod *corev1.Pod) mutate.Facts {
	facts := mutate.Facts{Images: map[string]mutate.Image{}}
	for _, name := range []string{"extra", "other", "istio-proxy", "linkerd-proxy"} {
		facts.Images[name] = g.image()
	}
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		facts.Images[c.Name] = g.image()
		if (strings.HasPrefix(c.Name, "step") || strings.HasPrefix(c.Name, "own")) && g.chance(60) {
			c.Command = nil
			if len(c.Args) > 0 && c.Args[0] == "--" {
				c.Args = nil
			}
		}
	}
	return facts
}

// image has an ENTRYPOINT or a CMD on each of up to two platforms.
func (g generator) image() mutate.Image {
	var image mutate.Image
	signal := pick(g, "", "SIGQUIT", "3", "SIGRTMIN+1")
	for _, architecture := range []string{"amd64", "arm64"}[:1+g.IntN(2)] {
		image.Platforms = append(image.Platforms, mutate.ImagePlatform{
			OS: "linux", Architecture: architecture, StopSignal: signal,
			Entrypoint: []string{pick(g, "/run", "$(X)"), "$$", "a\nb"}[:g.IntN(4)],
			Cmd:        []string{"sh", "-c", "$(Y)"}[:1+g.IntN(3)],
		})
	}
	return image
}

func FuzzWhatWasLookedUpIsKept(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := g.pod(), g.config()
		facts := g.withoutCommands(pod)
		want := mustMutateKnowing(t, pod, config, facts)
		requireEqual(t, want, mustMutateKnowing(t, want, config, mutate.Facts{}), "the second pass needs no look-up")
		for _, add := range adds {
			if add.name == "a tool in front of every command" {
				continue // where there is no command it puts none, and there is one after the first pass
			}
			before := pod.DeepCopy()
			add.apply(before, newGenerator(seed))
			want := mustMutateKnowing(t, before, config, facts)
			after := mustMutateKnowing(t, pod, config, facts)
			add.apply(after, newGenerator(seed))
			got := mustMutateKnowing(t, after, config, facts)
			requireEqual(t, normal(t, want), normal(t, got), "adding "+add.name)
		}
	})
}

// Whatever the words of an image are, the wrapper gets them as they are once Kubernetes has replaced what it replaces.
func FuzzWordsOfAnImageReachTheWrapperAsTheyAre(f *testing.F) {
	for _, word := range []string{"$(HOME)", "$$(HOME)", "$$", "$", "a$", "$(", "$(a", "$)(", "$$$(A)$", "\"$(A)\\"} {
		f.Add(word, "x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		words := []string{"run", strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?")}
		pod := makePod("build", "build")
		pod.Spec.Containers[0].Command, pod.Spec.Containers[0].Args = nil, nil
		one := mutate.ImagePlatform{OS: "linux", Architecture: "amd64", Entrypoint: words}
		other := mutate.ImagePlatform{OS: "linux", Architecture: "arm64", Entrypoint: []string{"other"}}
		for _, platforms := range [][]mutate.ImagePlatform{{one}, {one, other}} {
			image := mutate.Image{Platforms: platforms}
			result, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{Images: map[string]mutate.Image{"build": image}})
			if len(errs) > 0 { // the path of the wrapper, or too long
				requireSmall(t, errs)
				return
			}
			var expanded []string
			for _, word := range result.Object.Spec.Containers[0].Command {
				expanded = append(expanded, expand(word))
			}
			found, wrapped := contract.FindWrapper(expanded)
			require.True(t, wrapped)
			options, err := found.Options.On("amd64")
			require.NoError(t, err)
			require.Equal(t, words, append([]string{options.Entrypoint}, options.Args...))
		}
	})
}

// expand replaces variables as Kubernetes does (third_party/forked/golang/expansion), all of which are set to "VALUE".
func expand(word string) string {
	var b strings.Builder
	for i := 0; i < len(word); i++ {
		rest := word[i:]
		end := strings.IndexByte(rest, ')')
		switch {
		case strings.HasPrefix(rest, "$$"):
			b.WriteByte('$')
			i++
		case strings.HasPrefix(rest, "$(") && end > 0:
			b.WriteString("VALUE")
			i += end
		default:
			b.WriteByte(word[i])
		}
	}
	return b.String()
}
