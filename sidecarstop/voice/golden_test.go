package voice_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"orderly.dev/mutate/contract"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

var update = flag.Bool("update", false, "rewrite the expected words in testdata")

// TestGolden tells of the Pod of each case in testdata at the time of its file now.
func TestGolden(t *testing.T) {
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
			got := written(t, voice.Tell(podview.Of(&pod), now))
			want := file(t, archive, "said")
			if *update {
				want.Data = []byte(got)
				require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
			}
			require.Equal(t, string(want.Data), got)
			requireSaidOnce(t, &pod, now)
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

// written is a Saying for people. The annotation is indented, and its bytes follow from that.
func written(t *testing.T, said voice.Saying) string {
	t.Helper()
	var b bytes.Buffer
	for _, e := range said.Events {
		subject := "Pod"
		if e.On == voice.OnOwner {
			subject = "Job"
		}
		fmt.Fprintf(&b, "%s %s %s %s [%s]\n    %s\n", subject, e.Type(), e.Reason, e.Action, e.Once, e.Message)
	}
	for _, c := range said.Conditions {
		fmt.Fprintf(&b, "%s=%s %s since %s\n    %s\n", c.Type, c.Status, c.Reason, c.LastTransitionTime.UTC().Format(time.TimeOnly), c.Message)
	}
	if text := said.Annotations[contract.AnnotationResult]; text != "" {
		require.NoError(t, json.Indent(&b, []byte(text), "", "  "))
		b.WriteByte('\n')
	}
	return b.String()
}

// requireSaidOnce puts on the Pod what is to be put there, and requires that it is not said again.
func requireSaidOnce(t *testing.T, pod *corev1.Pod, now time.Time) {
	t.Helper()
	before := pod.DeepCopy()
	said := voice.Tell(podview.Of(pod), now)
	require.Equal(t, before, pod, "telling does not change the Pod")
	maps.Copy(pod.Annotations, said.Annotations)
	pod.Status.Conditions = append(pod.Status.Conditions, said.Conditions...)
	again := voice.Tell(podview.Of(pod), now.Add(time.Minute))
	require.Empty(t, again.Annotations)
	require.Empty(t, again.Conditions)
	if len(said.Conditions) > 0 {
		require.Empty(t, voice.Tell(podview.Of(pod), now.Add(24*time.Hour)).Events, "old news")
	}
}
