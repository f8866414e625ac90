package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func TestWhatDoesNotFitIsFoldedAndLeftOut(t *testing.T) {
	for _, tc := range []struct {
		name          string
		text          string
		columns, rows int
		want          []string
	}{
		{"everything fits", "a\n\nb\n", 10, 10, []string{"a", "", "b"}},
		{"a terminal of unknown size", strings.Repeat("a ", 100), 0, 0, []string{strings.Repeat("a ", 100)}},
		{"a sentence is folded between words", "fetch waits for build\n", 12, 10, []string{"fetch waits", "  for build"}},
		{"a word that is longer than a line is cut", "abcdefghij\n", 6, 10, []string{"abcd", "  efgh", "  ij"}},
		{"wide characters take two cells", "日本語日本語\n", 6, 10, []string{"日本", "  語日", "  本語"}},
		{"the first line and the last ones stay", "1\n2\n3\n4\n5\n6\n", 10, 4, []string{"1", "…", "5", "6"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := fit(tc.text, tc.columns, tc.rows)
			require.Equal(t, tc.want, got)
			for _, line := range got {
				require.True(t, tc.columns == 0 || cells(line) <= tc.columns, "%q", line)
			}
		})
	}
}

// makeRunningPod makes a Pod that has begun at start, and whose restartPolicy is Never.
func makeRunningPod(name string) corev1.Pod {
	pod := *makePod(makeJob("build"), name, 0)
	pod.Status.Phase = corev1.PodRunning
	return pod
}

func TestAScreenIsDrawnInPlaceAndLeftAsItWas(t *testing.T) {
	var out strings.Builder
	columns, rows := 80, 10
	s := newScreen(&out, func() (int, int) { return columns, rows })
	pod := makeRunningPod("p")
	all := []found{{scope: scope{kind: aPod, namespace: "demo", name: "p"}, pods: []corev1.Pod{pod}}}

	require.NoError(t, s.show(all, start))
	first := out.String()
	require.True(t, strings.HasPrefix(first, enterScreen+toTopLeft+"Pod demo/p: Running"+clearToEnd+"\r\n"), "%q", first)
	require.LessOrEqual(t, strings.Count(first, "\n"), rows-1, "the last line must not scroll")
	require.True(t, strings.HasSuffix(first, clearBelow), "%q", first)

	out.Reset()
	columns, rows = 30, 5
	require.NoError(t, s.show(all, start))
	require.True(t, strings.HasPrefix(out.String(), toTopLeft), "the screen is entered once: %q", out.String())
	require.Equal(t, rows-1, strings.Count(out.String(), "\n"))
	for line := range strings.SplitSeq(strings.TrimPrefix(out.String(), toTopLeft), clearToEnd) {
		require.LessOrEqual(t, cells(strings.Trim(line, "\r\n")), max(columns, len(clearBelow)))
	}

	out.Reset()
	require.NoError(t, s.warn("no connection"))
	require.NoError(t, s.show(all, start))
	require.Contains(t, out.String(), "no connection")

	out.Reset()
	require.NoError(t, s.end(all, start))
	require.True(t, strings.HasPrefix(out.String(), leaveScreen+"Pod demo/p: Running\n"), "%q", out.String())
	require.NotContains(t, strings.TrimPrefix(out.String(), leaveScreen), "\x1b")
}

func TestALogHasALineForEachChangeAndTheStoryAtTheEnd(t *testing.T) {
	var out strings.Builder
	v := &logView{out: &out}
	job := makeJob("build")
	all := []found{{scope: scopeOfJob(job), job: job}}
	require.NoError(t, v.show(all, start))
	require.NoError(t, v.warn(""))
	all[0].pods = []corev1.Pod{makeRunningPod("build-a")}
	require.NoError(t, v.show(all, start.Add(time.Second)))
	require.NoError(t, v.show(all, start.Add(2*time.Second)))
	all[0].pods[0].Status.Phase = corev1.PodFailed
	all[0].pods[0].Status.Reason = "Evicted"
	require.NoError(t, v.end(all, start.Add(3*time.Second)))
	want := "2026-03-04T05:06:07Z Job demo/build: no Pods yet; if none comes, `kubectl describe job` says why\n" +
		"2026-03-04T05:06:08Z Job demo/build: Running\n" +
		"2026-03-04T05:06:08Z Pod demo/build-a: Running\n" +
		"2026-03-04T05:06:10Z Pod demo/build-a: Failed\n" +
		"2026-03-04T05:06:10Z Pod demo/build-a: Evicted\n" +
		"\nJob demo/build: Running\n\nPod demo/build-a: Failed\nEvicted\n"
	require.True(t, strings.HasPrefix(out.String(), want), "%s", out.String())
}

func TestDocumentsComeOncePerChange(t *testing.T) {
	var out strings.Builder
	v := &documentView{out: &out}
	all := []found{{scope: scope{kind: aPod, namespace: "demo", name: "p"}, pods: []corev1.Pod{makeRunningPod("p")}}}
	require.NoError(t, v.show(all, start))
	require.NoError(t, v.show(all, start.Add(time.Second)), "only time has gone by")
	all[0].pods[0].Status.Phase = corev1.PodFailed
	require.NoError(t, v.show(all, start.Add(2*time.Second)))
	require.NoError(t, v.end(all, start.Add(3*time.Second)))
	pod := `"namespace":"demo","name":"p","phase":"%s","over":%s,"rewritten":false,"createdAt":"2026-03-04T05:06:07Z"`
	require.Equal(t, `{"time":"2026-03-04T05:06:07Z","targets":[{"kind":"Pod","namespace":"demo","name":"p","outcome":"Running","pods":[{`+
		strings.NewReplacer(`"%s"`, `"Running"`, "%s", "false").Replace(pod)+"}]}]}\n"+
		`{"time":"2026-03-04T05:06:09Z","targets":[{"kind":"Pod","namespace":"demo","name":"p","outcome":"Failed","message":"Pod demo/p failed","pods":[{`+
		strings.NewReplacer(`"%s"`, `"Failed"`, "%s", "true").Replace(pod)+"}]}]}\n", out.String())
}

func TestDocumentsEscapeWhatCouldControlATerminal(t *testing.T) {
	pod := makeRunningPod("p")
	pod.Status.Message = "a\x1b[2J\u009b31m\u202e\u2028日本\U000e0001<b>"
	all := []found{{scope: scope{kind: aPod, namespace: "demo", name: "p"}, pods: []corev1.Pod{pod}}}
	got, err := documentOf(tellAll(all, start), start).encode(indented)
	require.NoError(t, err)
	require.Contains(t, string(got), `"reason": "a\u001b[2J\u009b31m\u202e\u2028日本\udb40\udc01<b>"`)
}
