package patch

import (
	"math/rand"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	corev1 "k8s.io/api/core/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// seeds are tried by every run of the tests, not only when fuzzing.
const seeds = 50

func addSeeds(f *testing.F) {
	for seed := range int64(seeds) {
		f.Add(seed)
	}
}

// requireMakes asserts that the patch, applied as the API server does it, makes the result, and returns the document.
func requireMakes[T any](t *testing.T, text []byte, before, after *T) []byte {
	t.Helper()
	operations := mustEncode(t, Make(text, before, after))
	got := mustApply(t, text, operations)
	typed := new(T)
	require.NoError(t, utiljson.Unmarshal(got, typed))
	require.JSONEq(t, string(mustEncode(t, after)), string(mustEncode(t, typed)), "the patch is %s", operations)
	return got
}

// mustApply gives what the API server makes of a patch, with the library that it uses.
func mustApply(t *testing.T, text, operations []byte) []byte {
	t.Helper()
	patch, err := jsonpatch.DecodePatch(operations)
	require.NoError(t, err)
	patched, err := patch.Apply(text)
	require.NoError(t, err, "the patch is %s, of %s", operations, text)
	return patched
}

func FuzzThePatchMakesExactlyTheResult(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed int64) {
		random := rand.New(rand.NewSource(seed))
		text, before := send(t, random, drawPod(random))
		after := rewriteAtRandom(random, before)
		got := requireMakes(t, text, before, after)
		want := survive(mustDecode(t, text), mustDecode(t, mustEncode(t, before)), mustDecode(t, mustEncode(t, after)))
		require.Equal(t, named(want), named(mustDecode(t, got)), "what no type knows stays in its container")
	})
}

// named lists, for the Pod and each of its containers, what is in the field that no type knows.
func named(pod map[string]any) map[string]any {
	spec, _ := pod["spec"].(map[string]any)
	found := map[string]any{"pod": pod[unknownField], "spec": spec[unknownField]}
	for _, list := range []string{"containers", "initContainers"} {
		containers, _ := spec[list].([]any)
		for _, c := range containers {
			container, _ := c.(map[string]any)
			name, _ := container["name"].(string)
			resources, _ := container["resources"].(map[string]any)
			_, below := resources[unknownField]
			found[list+"/"+name] = []any{container[unknownField], below, unknownOf(container["env"]), unknownOf(container["volumeMounts"])}
		}
	}
	return found
}

// unknownOf counts the elements of a list that have the field.
func unknownOf(list any) int {
	elements, _ := list.([]any)
	n := 0
	for _, e := range elements {
		element, _ := e.(map[string]any)
		if _, has := element[unknownField]; has {
			n++
		}
	}
	return n
}

// Any two Pods: no change is too large for a patch.
func FuzzThePatchLeadsFromAnyPodToAnyOther(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed int64) {
		random := rand.New(rand.NewSource(seed))
		text, before := send(t, random, drawPod(random))
		requireMakes(t, text, before, drawPod(random))
	})
}

func FuzzThePatchLeadsFromAnyCronJobToAnyOther(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed int64) {
		random := rand.New(rand.NewSource(seed))
		text, before := send(t, random, drawJob(random))
		requireMakes(t, text, before, drawJob(random))
	})
}

func FuzzNothingChangedIsNoOperation(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed int64) {
		random := rand.New(rand.NewSource(seed))
		text, before := send(t, random, drawPod(random))
		require.Empty(t, Make(text, before, before.DeepCopy()))
	})
}

func TestWhatWasSentOtherwiseStaysAsItWasSent(t *testing.T) {
	text := []byte(`{"metadata":{"creationTimestamp":null},"spec":{"containers":[
 {"name":"a","resources":{"limits":{"cpu":"0.5"},"newer":1}},{"name":"b","resources":{"newer":2}},{"name":"c"},{"name":"d","resources":null}]}}`)
	before := &corev1.Pod{}
	require.NoError(t, utiljson.Unmarshal(text, before))
	after := before.DeepCopy()
	for i := range after.Spec.Containers {
		after.Spec.Containers[i].Resources.Claims = []corev1.ResourceClaim{{Name: "r"}}
	}
	require.JSONEq(t, `{"metadata":{"creationTimestamp":null},"spec":{"containers":[
 {"name":"a","resources":{"limits":{"cpu":"0.5"},"newer":1,"claims":[{"name":"r"}]}},{"name":"b","resources":{"newer":2,"claims":[{"name":"r"}]}},
 {"name":"c","resources":{"claims":[{"name":"r"}]}},{"name":"d","resources":{"claims":[{"name":"r"}]}}]}}`,
		string(requireMakes(t, text, before, after)))
}

func TestAListOfManyElementsWithoutNamesTakesNoTime(t *testing.T) {
	before := &corev1.Pod{}
	before.Spec.Containers = []corev1.Container{{Name: "a", VolumeMounts: make([]corev1.VolumeMount, 50_000)}}
	for i := range before.Spec.Containers[0].VolumeMounts {
		before.Spec.Containers[0].VolumeMounts[i].SubPath = strconv.Itoa(i)
	}
	after := before.DeepCopy()
	mounts := after.Spec.Containers[0].VolumeMounts
	slices.Reverse(mounts)
	text, start := mustEncode(t, before), time.Now()
	require.Less(t, len(Make(text, before, after)), 150_000)
	require.Less(t, time.Since(start), 30*time.Second) // comparing each with each takes minutes
}
