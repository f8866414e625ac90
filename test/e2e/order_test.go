package e2e

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// A user splits a build into steps with images of their own. Each runs when the one before it has ended, those of a stage side by side.
func TestStepsRunInTheDeclaredOrder(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	stamp := func(name, image string) corev1.Container {
		c := shell(name, clock+" > /shared/"+name+".start; sleep 1; "+clock+" > /shared/"+name+".end")
		c.Image = image
		return c
	}
	// The order of the containers is not the order of the steps.
	createJob(t, namespace, makeJob("fetch, build, [a, b], report",
		shell("report", `for f in /shared/*; do echo "$(basename $f) $(cat $f)"; done`),
		stamp("b", busybox), stamp("a", sleeper), stamp("build", httpd), stamp("fetch", sleeper)))

	waitForJob(t, namespace, batchv1.JobComplete)

	times := readStamps(t, logs(t, getPod(t, namespace), "report"))
	require.Len(t, times, 8, "each step leaves two files")
	require.LessOrEqual(t, times["fetch.end"], times["build.start"], "build started before fetch had ended")
	for _, step := range []string{"a", "b"} {
		require.LessOrEqualf(t, times["build.end"], times[step+".start"], "%s started before build had ended", step)
	}
	require.Less(t, times["a.start"], times["b.end"], "a and b did not overlap")
	require.Less(t, times["b.start"], times["a.end"], "a and b did not overlap")
}

// clock prints the time since the node booted in hundredths of a second, the finest that a busybox shell can say.
const clock = "cut -d' ' -f1 /proc/uptime | tr -d ."

// readStamps reads lines of a name and a time of clock.
func readStamps(t *testing.T, text string) map[string]int64 {
	t.Helper()
	times := map[string]int64{}
	for line := range strings.Lines(text) {
		name, number, found := strings.Cut(strings.TrimSpace(line), " ")
		require.Truef(t, found, "not a stamp: %q", line)
		hundredths, err := strconv.ParseInt(number, 10, 64)
		require.NoError(t, err)
		times[name] = hundredths
	}
	return times
}
