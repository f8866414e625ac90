package mutate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
)

func TestDirectoriesAreCounted(t *testing.T) {
	entry := func(i int) string { return fmt.Sprintf("{path: /d%d, sources: [{configMap: a}]}", i) }
	sources := func(count int) string {
		return "[{path: /a, sources: [" + list(slices.Repeat([]string{"{configMap: a}"}, count)) + "]}]"
	}
	for _, tc := range []struct{ name, text, problem string }{
		{"as many as there may be", repeated(16, entry), ""},
		{"one more", repeated(17, entry), "17 directories, but a Pod can have at most 16; put those together that the same containers see"},
		{"as many sources as there may be", sources(100), ""},
		{"a source more", sources(101), "item 1 (line 1, column 22): 101 sources, but a directory can have at most 100"},
		{"as much text as there may be", padded(64_000), ""},
		{"a byte more", padded(64_001), "may not be more than 64000 bytes; write a list of " +
			`directories: [{path: /props, sources: [{configMap: props}], mode: "0444", for: [build]}]`},
		{"a directory with a name as long as there may be", "[{path: /" + strings.Repeat("d", 255) + ", sources: [{configMap: a}]}]", ""},
		{"a byte more in the name of a directory", "[{path: /d/" + strings.Repeat("d", 256) + ", sources: [{configMap: a}]}]", "item 1 (line 1, column 9): " +
			"the path of a directory has up to 2000 bytes, and each name in it up to 255; write an absolute path such as /props"},
		{"a file with a name as long as there may be", files("a: " + strings.Repeat("f", 255)), ""},
		{"a byte more in a name", files("a: d/" + strings.Repeat("f", 256)), "item 1.1 (line 1, column 49): a file's path has up to 2000 bytes, and each name in it " +
			"up to 255; write a path below the directory, such as recipe.txt or recipes/brownies.txt"},
		{"a path as long as there may be", files("a: ff" + strings.Repeat("/f", 999)), ""},
		{"a byte more in a path", files("a: fff" + strings.Repeat("/f", 999)), "item 1.1 (line 1, column 49): a file's path has up to 2000 bytes, and each name in it " +
			"up to 255; write a path below the directory, such as recipe.txt or recipes/brownies.txt"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := withProjected(tc.text)
			result, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
			if tc.problem == "" {
				require.Empty(t, errs)
				requireProjected(t, result.Object)
				return
			}
			require.Len(t, errs, 1)
			require.Equal(t, tc.problem, errs[0].Detail)
		})
	}
}

func TestMountsOfDirectoriesFitIntoAPod(t *testing.T) {
	for _, tc := range []struct {
		name       string
		containers int
		length     func(int) int
		problem    string
	}{
		{"a hundred steps that see as many directories as there may be", 100, func(int) int { return 100 }, ""},
		{"as many bytes as there may be", 8, func(i int) int {
			return 2048 - len(`{"name":"","readOnly":true,"mountPath":""},`) - len(fmt.Sprint("orderly-projected-", i+1))
		}, ""},
		{"as many paths, as long and in as many containers as there may be", 250, func(int) int { return 2000 },
			"the mounts of these directories in all containers take 8249750 bytes, but may take at most 262144; have fewer directories, shorter paths, " +
				"or fewer containers in for"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod("", numbered("n", tc.containers)...)
			pod.Annotations = map[string]string{contract.AnnotationProjected: repeated(16, func(i int) string {
				return "{path: " + longPath(i, tc.length(i)) + ", sources: [{configMap: a}]}"
			})}
			_, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
			if tc.problem == "" {
				require.Empty(t, errs)
				return
			}
			require.Len(t, errs, 1)
			require.Equal(t, tc.problem, errs[0].Detail)
		})
	}
}

// longPath gives a path of so many bytes, which begins with a letter of its own.
func longPath(index, length int) string {
	return "/" + string(rune('a'+index)) + strings.Repeat("/d", length/2-1) + strings.Repeat("d", length%2)
}

// padded is a directory with a comment before it, so many bytes together.
func padded(size int) string {
	text := "\n" + files("a: b")
	return "#" + strings.Repeat("x", size-len("#")-len(text)) + text
}

// files is a directory with these items.
func files(items string) string {
	return "[{path: /a, sources: [{configMap: a, items: {" + items + "}}]}]"
}

func TestAPodThatOnlyHasDirectoriesIsNotManaged(t *testing.T) {
	got := mustMutate(t, withProjected("[{path: /a, sources: [{configMap: a}]}]"), makeConfig())
	require.Empty(t, got.Labels, "the companion has nothing to do with it")
	require.Empty(t, got.Spec.InitContainers)
	require.Equal(t, []string{"sh", "-c"}, got.Spec.Containers[0].Command)
}

func TestVolumesAreAsTheAPIServerWouldMakeThem(t *testing.T) {
	pod := withProjected("[{path: /a, sources: [{token: {}}, {downward: {name: metadata.name}}]}]")
	got := mustMutate(t, pod, makeConfig()).Spec.Volumes[0]
	require.Equal(t, corev1.Volume{Name: "orderly-projected-1", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
		DefaultMode: new(corev1.ProjectedVolumeSourceDefaultMode),
		Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{ExpirationSeconds: new(int64(3600)), Path: "token"}},
			{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{
				{Path: "name", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"}},
			}}},
		},
	}}}, got)
}
