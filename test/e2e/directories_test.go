package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"

	"orderly.dev/mutate/contract"
)

// Steps hand each other files in a home and a workspace, leave results, and say whose each line is: in a Pod that PodSecurity restricts, as
// a user that no image knows.
func TestStepsShareDirectoriesAndLeaveResults(t *testing.T) {
	t.Parallel()
	namespace := makeRestrictedNamespace(t)
	job := restrict(makeJob("fetch, [build, idle]",
		shell("fetch", `echo token > $HOME/.netrc; echo source > /work/app.c; echo "fetched into $PWD"`),
		shell("build", `cat $HOME/.netrc /work/app.c; printf 1.2.3 > /builder/results/version; printf 'sha256:abc\n' > /builder/results/digest; printf "no end of line"`),
		shell("idle", `touch /work/idle; echo $HOME`)))
	job.Spec.Template.Spec.Containers[0].WorkingDir = "/work"
	for annotation, value := range map[string]string{
		contract.AnnotationHome: "true", contract.AnnotationWorkspace: "/work",
		contract.AnnotationResults: "{build: [version, digest]}", contract.AnnotationLogPrefix: "true",
	} {
		ask(job, annotation, value)
	}
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.Equal(t, "1/fetch: fetched into /work\n", logs(t, pod, "fetch"))
	require.Equal(t, "2/build: token\n2/build: source\n2/build: no end of line", logs(t, pod, "build"))
	require.Equal(t, "2/idle: "+contract.HomeDir+"\n", logs(t, pod, "idle"))
	require.Equal(t, []contract.Result{{Name: "version", Value: "1.2.3"}, {Name: "digest", Value: "sha256:abc\n"}}, report(t, pod, "build").Results)
	require.Empty(t, report(t, pod, "fetch").Results)
}
