package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// ending is how a step ends.
type ending struct {
	// exit is the container's exit code, code the command's in the report.
	exit, code int
	reason     contract.Reason
	attempts   int
	failed     []string
}

// ranWell is the ending of a step after which nothing is wrong.
func ranWell() ending { return ending{reason: contract.Completed, attempts: 1} }

func skippedBy(step string) ending {
	return ending{reason: contract.Skipped, failed: []string{step}}
}

// longForms are what users write in the long form, and what comes of it.
var longForms = []struct {
	name, steps string
	containers  []corev1.Container
	want        map[string]ending
	phase       corev1.PodPhase
}{
	{
		name:  "some run although one has failed",
		steps: "build, test, publish, {name: notify, runIf: failure}, {name: clean, runIf: always}, last",
		containers: []corev1.Container{shell("build", "true"), shell("test", "exit 7"), shell("publish", "true"),
			shell("notify", "true"), shell("clean", "exit 3"), shell("last", "true")},
		want: map[string]ending{
			"build":   ranWell(),
			"test":    {exit: 7, code: 7, reason: contract.Error, attempts: 1, failed: []string{"test"}},
			"publish": skippedBy("test"),
			"notify":  {reason: contract.UpstreamFailed, attempts: 1, failed: []string{"test"}},
			"clean":   {exit: 3, code: 3, reason: contract.Error, attempts: 1, failed: []string{"clean", "test"}},
			"last":    {reason: contract.Skipped, failed: []string{"clean", "test"}},
		},
		phase: corev1.PodFailed,
	},
	{
		name:       "what runs on failure is not needed",
		steps:      "build, {name: notify, runIf: failure}, {name: clean, runIf: always}",
		containers: []corev1.Container{shell("build", "true"), shell("notify", "exit 1"), shell("clean", "true")},
		want: map[string]ending{
			"build": ranWell(), "notify": {reason: contract.NotNeeded}, "clean": ranWell(),
		},
		phase: corev1.PodSucceeded,
	},
	{
		name:       "one takes too long",
		steps:      "{name: slow, timeout: 1s}, after",
		containers: []corev1.Container{shell("slow", "sleep 1000000 & wait"), shell("after", "true")},
		want: map[string]ending{
			"slow":  {exit: contract.ExitTimeout, code: contract.ExitTimeout, reason: contract.Timeout, attempts: 1, failed: []string{"slow"}},
			"after": skippedBy("slow"),
		},
		phase: corev1.PodFailed,
	},
	{
		name:  "one is tried again until it goes well, another in vain",
		steps: "{name: flaky, retries: 2}, {name: hopeless, retries: 1}",
		containers: []corev1.Container{shell("flaky", "echo run >> /shared/flaky; test $(wc -l < /shared/flaky) -ge 2"),
			shell("hopeless", "exit 9")},
		want: map[string]ending{
			"flaky":    {reason: contract.Completed, attempts: 2},
			"hopeless": {exit: 9, code: 9, reason: contract.Error, attempts: 2, failed: []string{"hopeless"}},
		},
		phase: corev1.PodFailed,
	},
	{
		name:       "the failure of one is nobody's",
		steps:      "{name: lint, onError: continue}, {name: slow, timeout: 1s, onError: continue}, publish",
		containers: []corev1.Container{shell("lint", "exit 5"), shell("slow", "exec sleep 1000000"), shell("publish", "true")},
		want: map[string]ending{
			"lint":    {code: 5, reason: contract.Continued, attempts: 1},
			"slow":    {code: contract.ExitTimeout, reason: contract.Continued, attempts: 1},
			"publish": ranWell(),
		},
		phase: corev1.PodSucceeded,
	},
	{
		name:  "a failure ends its stage",
		steps: "build, [bad, long, {name: tidy, runIf: always}], last",
		containers: []corev1.Container{shell("build", "true"), shell("bad", "until test -e /shared/long; do sleep 0.1; done; exit 3"),
			shell("long", "touch /shared/long; exec sleep 1000000"), shell("tidy", "sleep 2"), shell("last", "true")},
		want: map[string]ending{
			"build": ranWell(),
			"bad":   {exit: 3, code: 3, reason: contract.Error, attempts: 1, failed: []string{"bad"}},
			"long":  {exit: contract.ExitCancelled, code: contract.ExitCancelled, reason: contract.Cancelled, attempts: 1, failed: []string{"bad"}},
			"tidy":  ranWell(),
			"last":  skippedBy("bad"),
		},
		phase: corev1.PodFailed,
	},
}

// What a user writes in the long form is what happens on the node, and each step says so in its termination message.
func TestLongFormDecidesHowStepsEnd(t *testing.T) {
	t.Parallel()
	for _, tc := range longForms {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namespace := makeNamespace(t)
			createJob(t, namespace, runOnce(makeJob(tc.steps, tc.containers...)))
			waitForEnd(t, namespace)

			pod := getPod(t, namespace)
			require.Equal(t, tc.want, endings(t, pod))
			require.Equal(t, tc.phase, pod.Status.Phase)
		})
	}
}

// endings tells how all containers of a Pod ended, which are steps.
func endings(t *testing.T, pod *corev1.Pod) map[string]ending {
	t.Helper()
	all := map[string]ending{}
	for _, c := range pod.Spec.Containers {
		r := report(t, pod, c.Name)
		all[c.Name] = ending{
			exit: int(status(t, pod, c.Name).State.Terminated.ExitCode), code: r.ExitCode,
			reason: r.Reason, attempts: r.Attempts, failed: r.Failed,
		}
	}
	return all
}

// A user who wants to see all failures of a stage lets nobody end it.
func TestStageGoesOnWhereFailFastIsSwitchedOff(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := makeJob("[bad, worse]", shell("bad", "touch /shared/bad; exit 3"),
		shell("worse", "until test -e /shared/bad; do sleep 0.1; done; sleep 1; exit 4"))
	createJob(t, namespace, runOnce(ask(job, contract.AnnotationFailFast, "false")))

	waitForJob(t, namespace, batchv1.JobFailed)

	pod := getPod(t, namespace)
	require.Equal(t, map[string]ending{
		"bad":   {exit: 3, code: 3, reason: contract.Error, attempts: 1, failed: []string{"bad"}},
		"worse": {exit: 4, code: 4, reason: contract.Error, attempts: 1, failed: []string{"worse"}},
	}, endings(t, pod))
}

// A step with after waits for those alone, which may stand below it; the others wait as ever. Steps that wait for none run side by side, or here for ever.
func TestStepsRunInTheOrderOfAfter(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	stamp := func(name, script string) corev1.Container {
		return shell(name, clock+" > /shared/"+name+".start; "+script+"; "+clock+" > /shared/"+name+".end")
	}
	createJob(t, namespace, makeJob(`
- {name: report, after: [docs, image]}
- {name: build, after: []}
- {name: docs, after: []}
- {name: image, after: [build]}`,
		stamp("build", "until test -e /shared/docs.start; do sleep 0.1; done"), stamp("docs", "until test -e /shared/image.end; do sleep 0.1; done"), stamp("image", "sleep 1"),
		shell("report", `for f in /shared/*; do echo "$(basename $f) $(cat $f)"; done`)))

	waitForJob(t, namespace, batchv1.JobComplete)

	times := readStamps(t, logs(t, getPod(t, namespace), "report"))
	require.Len(t, times, 6, "each of three steps leaves two files")
	require.LessOrEqual(t, times["build.end"], times["image.start"], "image started before build had ended")
}
