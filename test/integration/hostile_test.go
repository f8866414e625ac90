package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
	"orderly.dev/test/hostile"
)

const (
	// fewestHostile is how many cases there are at least.
	fewestHostile = 500
	// hostileAtATime is how many are created at a time: what one is to use up, the others have to do without.
	hostileAtATime = 4
	// longestDenial is the most that people are told, in bytes: 28 KiB of problems, with what kubectl shows around them.
	longestDenial = 32 << 10
	// mostGrowth is by how much the webhook may have more memory at any moment than before the first case, in KiB. It is about twice the garbage that
	// Go leaves for a while behind so many requests at a time. A reader that made what a bomb of YAML asks for would need gigabytes, and one that
	// kept 10 KiB of each case would have more in the end.
	mostGrowth = 64 << 10
)

// The corpus is created for real, but for the last step, which stores the Pod.
func TestHostileAnnotationsAreDeniedAndDoNothingElse(t *testing.T) {
	directory := t.TempDir()
	cases := hostile.Cases(filepath.Join(directory, "canary"))
	require.GreaterOrEqual(t, len(cases), fewestHostile)
	namespace := makeNamespace(t, optedIn)
	webhook := observe(t, theWebhook)
	webhook.forgetPeak()
	asked, before := mustCount(t), webhook.memory(now)

	errs := createAll(t, cases, func(c hostile.Case) client.Object { return c.Pod(namespace) })

	for i, c := range cases {
		requireDenied(t, c, "Pod", errs[i])
	}
	require.Equal(t, len(cases), mustCount(t)-asked, "each is the webhook's to deny, once")
	webhook.requireAlone()
	after, peak := webhook.memory(now), webhook.memory(atMost)
	t.Logf("memory of the webhook: %d KiB before, %d KiB after, %d KiB at most", before, after, peak)
	require.LessOrEqual(t, peak, before+mostGrowth)
	made, err := os.ReadDir(directory)
	require.NoError(t, err)
	require.Empty(t, made, "something was executed")
	log := theWebhook.readLog()
	require.NotContains(t, log, directory, "what a user writes is in the log")
	require.NotContains(t, log, "panic")
	requireRewritten(t, mustCreate(t, makePod(namespace, withSteps())), "build")
}

// On a Pod orderly.dev/once is in the wrong place, whatever it says; on a Job it is read.
func TestHostileValuesOfWhatBelongsOnAJobAreDeniedThere(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	cases := slices.DeleteFunc(hostile.Cases(filepath.Join(t.TempDir(), "canary")), func(c hostile.Case) bool { return c.Key != contract.AnnotationOnce })
	require.NotEmpty(t, cases)
	errs := createAll(t, cases, func(c hostile.Case) client.Object {
		job := makeJob(namespace, withSteps())
		job.Name, job.Annotations = "hostile", map[string]string{c.Key: c.Value}
		return job
	})
	for i, c := range cases {
		requireDenied(t, c, "Job", errs[i])
	}
}

// What is larger than any request may be (3 MiB) the API server refuses by itself.
func TestAnAnnotationThatIsTooLargeForTheAPIServerIsNotSentToTheWebhook(t *testing.T) {
	asked := mustCount(t)
	pod := hostile.Case{Key: contract.AnnotationSteps, Value: strings.Repeat("x", 4<<20)}.Pod(makeNamespace(t, optedIn))
	err := admin.Create(t.Context(), pod, client.DryRunAll)
	require.True(t, apierrors.IsRequestEntityTooLargeError(err), "%v", err)
	require.Equal(t, asked, mustCount(t), "the webhook was called")
}

// createAll makes an object of each case, and gives what became of it: nil for one that was created.
func createAll(t *testing.T, cases []hostile.Case, object func(hostile.Case) client.Object) []error {
	t.Helper()
	errs, took := make([]error, len(cases)), make([]time.Duration, len(cases))
	var workers sync.WaitGroup
	for first := range hostileAtATime {
		workers.Go(func() {
			for i := first; i < len(cases); i += hostileAtATime {
				start := time.Now()
				errs[i] = admin.Create(t.Context(), object(cases[i]), client.DryRunAll)
				took[i] = time.Since(start)
			}
		})
	}
	workers.Wait()
	slices.Sort(took)
	t.Logf("a denial through the API server: half within %v, 99 of 100 within %v, all within %v", took[(len(took)-1)/2], took[(len(took)-1)*99/100], took[len(took)-1])
	return errs
}

// requireDenied asserts that the answer is about the key, that it is short, and that every line of it is Orderly's.
func requireDenied(t *testing.T, c hostile.Case, kind string, err error) {
	t.Helper()
	require.True(t, apierrors.IsInvalid(err), "%s: %v", c.Name, err)
	message := err.Error()
	head, isOurs := strings.CutPrefix(message, fmt.Sprintf("admission webhook %q denied the request: %s %q is invalid:", strings.ToLower(kind)+"s.orderly.dev", kind, "hostile"))
	require.True(t, isOurs, "%s: %s", c.Name, message)
	require.Contains(t, head, c.Path(), c.Name)
	require.LessOrEqual(t, len(message), longestDenial, c.Name)
	first, lines, _ := strings.Cut(head, "\n")
	require.True(t, printable(first), "%s: %q", c.Name, first)
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		require.True(t, strings.HasPrefix(line, "* ") && printable(line), "%s: %q", c.Name, line)
	}
}

func printable(line string) bool {
	return !strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) })
}
