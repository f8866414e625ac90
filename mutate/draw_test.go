package mutate_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/randfill"

	"orderly.dev/mutate/dependency"
)

// drawPod gives a Pod of which every field that the API has is set at random, so that nothing is forgotten that a newer version adds. What
// decides whether it is right is that of a hand-made Pod: names, commands, the annotations. A few other things can be wrong.
func drawPod(g generator) *corev1.Pod {
	base := g.pod()
	fill := filler(g)
	pod := &corev1.Pod{}
	fill.Fill(pod)
	pod.Status = corev1.PodStatus{}
	for key, value := range base.Annotations {
		metav1.SetMetaDataAnnotation(&pod.ObjectMeta, key, value)
	}
	for key, value := range base.Labels {
		metav1.SetMetaDataLabel(&pod.ObjectMeta, key, value)
	}
	spec := &pod.Spec
	spec.RestartPolicy, spec.OS = base.Spec.RestartPolicy, nil
	spec.Containers = drawContainers(g, base.Spec.Containers)
	spec.InitContainers = drawContainers(g, base.Spec.InitContainers)
	for i := range spec.Volumes {
		spec.Volumes[i].Name = fmt.Sprintf("drawn-%d", i)
	}
	spec.Volumes = append(spec.Volumes, base.Spec.Volumes...)
	return pod
}

// drawContainers fills every field of the containers but those that a hand-made one has.
func drawContainers(g generator, list []corev1.Container) []corev1.Container {
	var drawn []corev1.Container
	for _, base := range list {
		c := corev1.Container{}
		filler(g).Fill(&c)
		c.Name, c.Image, c.Command, c.Args = base.Name, base.Image, base.Command, base.Args
		c.RestartPolicy, c.RestartPolicyRules = base.RestartPolicy, nil
		c.TerminationMessagePath, c.ReadinessProbe = base.TerminationMessagePath, base.ReadinessProbe
		for i := range c.VolumeMounts {
			c.VolumeMounts[i].Name, c.VolumeMounts[i].MountPath = "data", fmt.Sprintf("/drawn/%d", i)
		}
		c.VolumeMounts = append(c.VolumeMounts, base.VolumeMounts...)
		if dependency.AsksKubernetesEntrypoint(base.Env) {
			c.Env = append(c.Env, base.Env...)
		}
		for _, probe := range []*corev1.Probe{c.LivenessProbe, c.StartupProbe} {
			if probe != nil && g.chance(95) {
				probe.ProbeHandler = corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"test", "-e", "/up"}}}
			}
		}
		if c.Lifecycle != nil && g.chance(95) {
			c.Lifecycle.PostStart = nil
		}
		drawn = append(drawn, c)
	}
	return drawn
}

func filler(g generator) *randfill.Filler {
	return randfill.New().RandSource(rand.NewSource(g.Int64())).NilChance(0.6).NumElements(1, 3).Funcs(
		func(q *resource.Quantity, c randfill.Continue) {
			*q = resource.MustParse(among(c, "1", "500m", "0.5", "1Gi"))
		},
		func(v *intstr.IntOrString, c randfill.Continue) { *v = intstr.Parse(among(c, "80", "http")) },
		func(time *metav1.Time, c randfill.Continue) { *time = metav1.Unix(c.Int63n(1<<31), 0) },
		func(fields *metav1.FieldsV1, _ randfill.Continue) { fields.SetRawBytes([]byte(`{"f:spec":{}}`)) },
		func(term *corev1.NodeSelectorTerm, c randfill.Continue) {
			c.FillNoCustom(term)
			term.MatchFields = append(term.MatchFields, corev1.NodeSelectorRequirement{Key: "metadata.name"}) // else it matches no node
		},
		func(s *string, c randfill.Continue) { *s = among(c, "", "a", "b", "$(C)", "d/~ \"") },
	)
}

func among(c randfill.Continue, from ...string) string { return from[c.Intn(len(from))] }

// Fuzzing with Pods that are all denied would show nothing.
func TestMostDrawnPodsAreRewritten(t *testing.T) {
	rewritten := 0
	for seed := range uint64(seeds) {
		g := newGenerator(seed)
		if _, accepted := tryMutate(t, drawPod(g), g.config()); accepted {
			rewritten++
		}
	}
	require.Greater(t, rewritten, seeds/2)
}

// names lists containers in their order.
func names(list []corev1.Container) []string {
	var names []string
	for i := range list {
		names = append(names, list[i].Name)
	}
	return names
}

// only leaves out the names that are not wanted.
func only(list, wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool { return !slices.Contains(wanted, name) })
}
