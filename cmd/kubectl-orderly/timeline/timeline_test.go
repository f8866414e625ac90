package timeline_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"orderly.dev/cmd/kubectl-orderly/timeline"
)

var update = flag.Bool("update", false, "rewrite the expected text in testdata")

// TestTimelines prints the Pod of each case in testdata as it looks at the time of its file now: for people, and in the other forms where the case has
// a file for one of them.
func TestTimelines(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			require.NoError(t, err)
			require.NotEmpty(t, strings.TrimSpace(string(archive.Comment)), "say what the case shows")
			now, err := time.Parse(time.RFC3339, strings.TrimSpace(string(file(t, archive, "now").Data)))
			require.NoError(t, err)
			var pod corev1.Pod
			require.NoError(t, yaml.UnmarshalStrict(file(t, archive, "pod.yaml").Data, &pod))
			told := timeline.FromPod(&pod, now)
			got := map[string]string{
				"timeline.txt":  timeline.Text(told, 0),
				"narrow.txt":    timeline.Text(told, 72),
				"changes.txt":   strings.Join(told.Changes(timeline.Timeline{}), "\n") + "\n",
				"document.json": encode(t, told.Document()),
			}
			file(t, archive, "timeline.txt")
			for i := range archive.Files {
				want := &archive.Files[i]
				if _, isExpected := got[want.Name]; !isExpected {
					continue
				}
				if *update {
					want.Data = []byte(got[want.Name])
				}
				require.Equal(t, string(want.Data), got[want.Name], want.Name)
			}
			if *update {
				require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
			}
		})
	}
}

func encode(t *testing.T, document timeline.Document) string {
	t.Helper()
	text, err := json.MarshalIndent(document, "", "  ")
	require.NoError(t, err)
	return string(text) + "\n"
}

func file(t *testing.T, archive *txtar.Archive, name string) *txtar.File {
	t.Helper()
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			return &archive.Files[i]
		}
	}
	t.Fatalf("the case has no file %s", name)
	return nil
}
