package webhook

import (
	"encoding/json"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/randfill"
)

// FuzzThePatchMakesExactlyTheResult draws a Pod from the API types, adds fields that no type has, rewrites it in ways that
// the core may, and applies the patch as the API server does.
func FuzzThePatchMakesExactlyTheResult(f *testing.F) {
	for seed := range int64(50) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed int64) {
		random := rand.New(rand.NewSource(seed))
		original := drawPod(random)
		raw := mustEncode(t, withUnknown(mustDecode(t, mustEncode(t, original))))
		result := rewriteAtRandom(random, original)

		patch, err := patchRaw(raw, original, result)
		require.NoError(t, err)
		got := mustApply(t, string(raw), mustEncode(t, patch))

		var typed corev1.Pod
		require.NoError(t, json.Unmarshal(got, &typed))
		require.JSONEq(t, string(mustEncode(t, result)), string(mustEncode(t, &typed)))
		spec, _ := mustDecode(t, got)["spec"].(map[string]any)
		require.Contains(t, spec, unknownField)
		for _, list := range []string{"containers", "initContainers"} {
			containers, _ := spec[list].([]any)
			for _, c := range containers {
				container, _ := c.(map[string]any)
				if container["name"] != "new" {
					require.Equal(t, container["name"], container[unknownField], "a field of a container is kept with it")
				}
			}
		}
	})
}

const unknownField = "unknownToOurTypes"

// maps are fields whose keys are the user's: there are no unknown ones.
var maps = []string{
	"labels", "annotations", "matchLabels", "nodeSelector", "overhead", "limits", "requests", "options", "volumeAttributes",
	"userAnnotations", "fieldsV1",
}

// withUnknown adds to every object in a tree a field that holds the object's name.
func withUnknown(tree any) any {
	switch node := tree.(type) {
	case map[string]any:
		for key, value := range node {
			if !slices.Contains(maps, key) {
				node[key] = withUnknown(value)
			}
		}
		node[unknownField] = node["name"]
	case []any:
		for i := range node {
			node[i] = withUnknown(node[i])
		}
	}
	return tree
}

// drawPod gives a Pod with all kinds of fields, and containers of different names, as admission has them.
func drawPod(random *rand.Rand) *corev1.Pod {
	filler := randfill.New().RandSource(random).NilChance(0.5).NumElements(1, 3).MaxDepth(12).Funcs(
		func(q *resource.Quantity, c randfill.Continue) {
			*q = *resource.NewQuantity(c.Int63n(1000), resource.DecimalSI)
		},
		func(v *intstr.IntOrString, c randfill.Continue) { *v = intstr.FromInt32(c.Int31n(1000)) },
		func(time *metav1.Time, c randfill.Continue) { *time = metav1.Unix(c.Int63n(1<<31), 0) },
		func(fields *metav1.FieldsV1, _ randfill.Continue) { fields.SetRawBytes([]byte(`{}`)) },
		func(s *string, c randfill.Continue) { *s = string(rune('a' + c.Intn(26))) },
		func(m *map[string]string, c randfill.Continue) {
			*m = map[string]string{string(rune('a' + c.Intn(26))): "v/~"}
		},
	)
	pod := &corev1.Pod{}
	filler.Fill(pod)
	pod.Status = corev1.PodStatus{}
	for i := range pod.Spec.InitContainers {
		pod.Spec.InitContainers[i].Name = "init-" + string(rune('a'+i))
	}
	for i := range pod.Spec.Containers {
		pod.Spec.Containers[i].Name = "container-" + string(rune('a'+i))
	}
	return pod
}

// rewriteAtRandom gives a changed copy.
func rewriteAtRandom(random *rand.Rand, original *corev1.Pod) *corev1.Pod {
	pod := original.DeepCopy()
	spec := &pod.Spec
	changes := []func(){
		func() { spec.InitContainers, spec.Containers = append(spec.InitContainers, spec.Containers...), nil },
		func() {
			random.Shuffle(len(spec.Containers), func(i, j int) { spec.Containers[i], spec.Containers[j] = spec.Containers[j], spec.Containers[i] })
		},
		func() { spec.Containers = append([]corev1.Container{{Name: "new", Image: "i"}}, spec.Containers...) },
		func() { spec.Volumes = append([]corev1.Volume{{Name: "new"}}, spec.Volumes...) },
		func() { pod.Annotations = map[string]string{"orderly.dev/ready": "READY"} },
		func() { spec.ActiveDeadlineSeconds, spec.SecurityContext = nil, nil },
		func() {
			for i := range spec.Containers {
				c := &spec.Containers[i]
				c.Command, c.Args = []string{"wrapper"}, append(c.Command, c.Args...)
				c.VolumeMounts = append([]corev1.VolumeMount{{Name: "new", MountPath: "/new"}}, c.VolumeMounts...)
				c.Env = append([]corev1.EnvVar{{Name: "NEW"}}, c.Env...)
				c.Resources.Requests = nil
			}
		},
	}
	for range 1 + random.Intn(3) {
		changes[random.Intn(len(changes))]()
	}
	return pod
}

func mustEncode(t *testing.T, v any) []byte {
	t.Helper()
	encoded, err := json.Marshal(v)
	require.NoError(t, err)
	return encoded
}

func mustDecode(t *testing.T, encoded []byte) map[string]any {
	t.Helper()
	tree, err := decodeTree(encoded)
	require.NoError(t, err)
	return tree
}
