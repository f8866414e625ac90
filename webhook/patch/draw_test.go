package patch

import (
	"bytes"
	"encoding/json"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/randfill"
)

func newFiller(random *rand.Rand) *randfill.Filler {
	return randfill.New().RandSource(random).NilChance(0.5).NumElements(0, 3).MaxDepth(12).Funcs(
		func(q *resource.Quantity, c randfill.Continue) {
			*q = resource.MustParse(draw(c, "1", "0.5", "500m", "1Ki", "0"))
		},
		func(v *intstr.IntOrString, c randfill.Continue) { *v = intstr.Parse(draw(c, "1", "http", "20%")) },
		func(time *metav1.Time, c randfill.Continue) { *time = metav1.Unix(c.Int63n(1<<31), 0) },
		func(fields *metav1.FieldsV1, c randfill.Continue) {
			fields.SetRawBytes([]byte(draw(c, `{}`, `{"f:spec":{}}`)))
		},
		func(s *string, c randfill.Continue) { *s = draw(c, "", "a", "b", "c", "d~/\"\\") },
		func(m *map[string]string, c randfill.Continue) {
			for range c.Intn(3) {
				if *m == nil {
					*m = map[string]string{}
				}
				(*m)[draw(c, "", "a", "b~/")] = draw(c, "", "v")
			}
		},
	)
}

func draw(c randfill.Continue, from ...string) string { return from[c.Intn(len(from))] }

// drawPod gives a Pod with all kinds of fields, and containers of different names, as admission has them.
func drawPod(random *rand.Rand) *corev1.Pod {
	pod := &corev1.Pod{}
	newFiller(random).Fill(pod)
	if random.Intn(2) == 0 {
		pod.Status = corev1.PodStatus{}
	}
	nameContainers(&pod.Spec)
	return pod
}

func drawJob(random *rand.Rand) *batchv1.CronJob {
	job := &batchv1.CronJob{}
	newFiller(random).Fill(job)
	nameContainers(&job.Spec.JobTemplate.Spec.Template.Spec)
	return job
}

func nameContainers(spec *corev1.PodSpec) {
	for i := range spec.InitContainers {
		spec.InitContainers[i].Name = "init-" + string(rune('a'+i))
	}
	for i := range spec.Containers {
		spec.Containers[i].Name = "container-" + string(rune('a'+i))
	}
}

const unknownField = "unknownToOurTypes"

// keyedByUser are fields whose keys are the user's: there are no unknown ones.
var keyedByUser = []string{
	"labels", "annotations", "matchLabels", "nodeSelector", "overhead", "limits", "requests", "options", "volumeAttributes",
	"userAnnotations", "fieldsV1", "capacity", "allocatable", "allocatedResources", "resourceVersion",
}

// distort writes a tree as another API server could: each object has a field that holds the object's name, and what is empty is
// left out, null, or there, as chance wants it.
func distort(random *rand.Rand, tree any) any {
	switch node := tree.(type) {
	case map[string]any:
		for key, value := range node {
			switch {
			case isEmpty(value) && random.Intn(2) == 0:
				delete(node, key)
			case isEmpty(value) && random.Intn(2) == 0:
				node[key] = nil
			case !slices.Contains(keyedByUser, key):
				node[key] = distort(random, value)
			}
		}
		node[unknownField] = node["name"]
	case []any:
		for i := range node {
			node[i] = distort(random, node[i])
		}
	}
	return tree
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// send gives the text of an object as the API server could have sent it, and what is decoded from that.
func send[T any](t *testing.T, random *rand.Rand, object *T) ([]byte, *T) {
	t.Helper()
	text := mustEncode(t, distort(random, mustDecode(t, mustEncode(t, object))))
	if random.Intn(2) == 0 {
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, text, " ", "\t"))
		text = indented.Bytes()
	}
	decoded := new(T)
	require.NoError(t, utiljson.Unmarshal(text, decoded))
	return text, decoded
}

// rewriteAtRandom gives a changed copy, as the core could make it.
func rewriteAtRandom(random *rand.Rand, original *corev1.Pod) *corev1.Pod {
	pod := original.DeepCopy()
	spec := &pod.Spec
	changes := []func(){
		func() { spec.InitContainers, spec.Containers = append(spec.InitContainers, spec.Containers...), nil },
		func() {
			random.Shuffle(len(spec.Containers), func(i, j int) { spec.Containers[i], spec.Containers[j] = spec.Containers[j], spec.Containers[i] })
		},
		func() {
			if n := len(spec.Containers); n > 0 {
				i := random.Intn(n)
				spec.InitContainers = append(spec.InitContainers, spec.Containers[i])
				spec.Containers = slices.Delete(spec.Containers, i, i+1)
			}
		},
		func() { spec.Containers = append([]corev1.Container{{Name: "new", Image: "i"}}, spec.Containers...) },
		func() { spec.Volumes = append([]corev1.Volume{{Name: "new"}}, spec.Volumes...) },
		func() { spec.Volumes = append(spec.Volumes, corev1.Volume{Name: "newer"}) },
		func() { pod.Annotations = map[string]string{"orderly.dev/ready": "READY", "a": "changed"} },
		func() { spec.ActiveDeadlineSeconds, spec.SecurityContext = nil, nil },
		func() {
			for i := range spec.Containers {
				changeContainer(random, &spec.Containers[i])
			}
		},
	}
	for range 1 + random.Intn(4) {
		changes[random.Intn(len(changes))]()
	}
	return pod
}

func changeContainer(random *rand.Rand, c *corev1.Container) {
	c.Command, c.Args = []string{"wrapper"}, append(c.Command, c.Args...)
	c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: "new", MountPath: "/new"})
	c.Env = append([]corev1.EnvVar{{Name: "NEW"}}, c.Env...)
	c.WorkingDir = "/workspace"
	c.Resources.Requests = nil
	if random.Intn(2) == 0 {
		c.Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("0")}
	}
}

func mustEncode(t *testing.T, v any) []byte {
	t.Helper()
	encoded, err := json.Marshal(v)
	require.NoError(t, err)
	return encoded
}

// mustDecode decodes a JSON object. Numbers stay as they are written, so that none is rounded.
func mustDecode(t *testing.T, encoded []byte) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var tree map[string]any
	require.NoError(t, decoder.Decode(&tree))
	return tree
}
