package timeline_test

import (
	"errors"
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

// TestTimelines prints the Pod of each case in testdata as it looks at the time of its file now.
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
			var got strings.Builder
			require.NoError(t, timeline.Print(&got, timeline.FromPod(&pod, now)))
			want := file(t, archive, "timeline.txt")
			if *update {
				want.Data = []byte(got.String())
				require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
			}
			require.Equal(t, string(want.Data), got.String())
		})
	}
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

func TestPrintingGivesTheErrorOfItsWriter(t *testing.T) {
	want := errors.New("no space left")
	err := timeline.Print(writerFunc(func([]byte) (int, error) { return 0, want }), timeline.Timeline{})
	require.ErrorIs(t, err, want)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
