package mutate_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	corev1 "k8s.io/api/core/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"orderly.dev/mutate/contract"
	"orderly.dev/webhook/patch"
)

// The invariants of doc.go, on Pods drawn from the API types.

func FuzzRewritingADrawnPodTwiceIsRewritingItOnce(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod, config := drawPod(g), g.config()
		once, accepted := tryMutate(t, pod, config)
		if !accepted {
			return
		}
		requireEqual(t, once, mustMutate(t, once, config), "rewriting twice is not rewriting once")
		requireEqual(t, once, mustMutate(t, pod.DeepCopy(), config), "the result depends on more than the arguments")
	})
}

func FuzzContainersOfADrawnPodKeepWhatTheyAre(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		pod := drawPod(g)
		got, accepted := tryMutate(t, pod, g.config())
		if !accepted {
			return
		}
		requireEqual(t, only(names(pod.Spec.Containers), names(got.Spec.Containers)), names(got.Spec.Containers), "the order of the regular containers")
		requireEqual(t, names(pod.Spec.InitContainers), only(names(got.Spec.InitContainers), names(pod.Spec.InitContainers)), "that of the init containers")
		after := usersContainers(got)
		for _, want := range allContainers(pod) {
			i := slices.IndexFunc(after, func(c *corev1.Container) bool { return c.Name == want.Name })
			require.GreaterOrEqual(t, i, 0, "%s is gone", want.Name)
			requireAdditive(t, pod, want, after[i])
		}
		requireEqual(t, essenceOf(pod), essenceOf(got), "the rest of the Pod stays as it is")
	})
}

// requireAdditive asserts that nothing changed of a container but what may change: its command and args, an unset workingDir, the exec
// probes that wait with it; that mounts and variables were only added; and that a sidecar became a native one.
func requireAdditive(t *testing.T, pod *corev1.Pod, want, got *corev1.Container) {
	t.Helper()
	require.Equal(t, want.VolumeMounts, first(got.VolumeMounts, len(want.VolumeMounts)), "mounts of %s", want.Name)
	for _, variable := range want.Env {
		require.Contains(t, got.Env, variable, "variables of %s", want.Name)
	}
	rest := want.DeepCopy()
	if emulates(pod, want) {
		keepEmulated(t, rest, got)
	}
	rest.Command, rest.Args, rest.VolumeMounts, rest.Env = got.Command, got.Args, got.VolumeMounts, got.Env
	if slices.Contains(names(pod.Spec.Containers), want.Name) {
		rest.RestartPolicy = got.RestartPolicy
	}
	if want.WorkingDir == "" {
		rest.WorkingDir = got.WorkingDir
	}
	if pod.Annotations[contract.AnnotationRequests] == "max" {
		rest.Resources.Requests = got.Resources.Requests
	}
	for _, p := range [][2]*corev1.Probe{{rest.LivenessProbe, got.LivenessProbe}, {rest.StartupProbe, got.StartupProbe}} {
		if p[0] != nil && p[0].Exec != nil && p[1] != nil && p[1].Exec != nil {
			p[0].Exec.Command = p[1].Exec.Command
		}
	}
	requireEqual(t, rest, got, "the container "+want.Name+" changed")
}

// essenceOf is a Pod without what Orderly adds, and without its containers.
func essenceOf(pod *corev1.Pod) *corev1.Pod {
	essence := pod.DeepCopy()
	essence.Spec.Containers, essence.Spec.InitContainers = nil, nil
	essence.Spec.Volumes = slices.DeleteFunc(essence.Spec.Volumes, func(v corev1.Volume) bool {
		return !slices.ContainsFunc(pod.Spec.Volumes, func(w corev1.Volume) bool { return w.Name == v.Name }) || strings.HasPrefix(v.Name, "orderly-")
	})
	essence.Spec.SchedulingGates = slices.DeleteFunc(essence.Spec.SchedulingGates, func(g corev1.PodSchedulingGate) bool {
		return g.Name == contract.SchedulingGate
	})
	essence.Spec.ReadinessGates = slices.DeleteFunc(essence.Spec.ReadinessGates, func(g corev1.PodReadinessGate) bool {
		return g.ConditionType == contract.ConditionReady
	})
	for _, key := range contract.Keys() {
		delete(essence.Annotations, key.Name)
		delete(essence.Labels, key.Name)
	}
	return essence
}

// What the webhook answers with makes, of the Pod as a newer API server sent it, what the core made of the Pod as it understood it.
func FuzzThePatchOfADrawnPodLosesNothing(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		text, unknown := sendNewer(t, g, drawPod(g))
		pod := &corev1.Pod{}
		require.NoError(t, utiljson.Unmarshal(text, pod))
		want, accepted := tryMutate(t, pod, g.config())
		if !accepted {
			return
		}
		operations, err := json.Marshal(patch.Make(text, pod, want))
		require.NoError(t, err)
		decoded, err := jsonpatch.DecodePatch(operations)
		require.NoError(t, err)
		patched, err := decoded.Apply(text)
		require.NoError(t, err, "the patch is %s", operations)

		got := &corev1.Pod{}
		require.NoError(t, utiljson.Unmarshal(patched, got))
		wanted, err := json.Marshal(want)
		require.NoError(t, err)
		typed, err := json.Marshal(got)
		require.NoError(t, err)
		require.JSONEq(t, string(wanted), string(typed))
		var tree any
		require.NoError(t, json.Unmarshal(patched, &tree))
		require.ElementsMatch(t, unknown, unknownIn(tree), "what no type knows is still there")
	})
}

const unknownField = "newer"

// sendNewer writes a Pod with fields at random places that no type has, and tells the values of these.
func sendNewer(t *testing.T, g generator, pod *corev1.Pod) (text []byte, unknown []string) {
	t.Helper()
	encoded, err := json.Marshal(pod)
	require.NoError(t, err)
	var tree any
	require.NoError(t, utiljson.Unmarshal(encoded, &tree))
	addUnknown(rand.New(rand.NewSource(g.Int64())), tree)
	text, err = json.Marshal(tree)
	require.NoError(t, err)
	return text, unknownIn(tree)
}

// keyedByUser are the fields whose keys are the user's: there are no unknown ones.
var keyedByUser = []string{
	"labels", "annotations", "matchLabels", "nodeSelector", "overhead", "limits", "requests", "options", "volumeAttributes", "userAnnotations", "fieldsV1",
}

func addUnknown(random *rand.Rand, tree any) {
	switch node := tree.(type) {
	case map[string]any:
		for key, value := range node {
			if !slices.Contains(keyedByUser, key) {
				addUnknown(random, value)
			}
		}
		if random.Intn(2) == 0 {
			node[unknownField] = fmt.Sprint(random.Int63())
		}
	case []any:
		for _, element := range node {
			addUnknown(random, element)
		}
	}
}

func unknownIn(tree any) []string {
	var found []string
	switch node := tree.(type) {
	case map[string]any:
		for key, value := range node {
			if text, is := value.(string); is && key == unknownField {
				found = append(found, text)
			}
			found = append(found, unknownIn(value)...)
		}
	case []any:
		for _, element := range node {
			found = append(found, unknownIn(element)...)
		}
	}
	return found
}
