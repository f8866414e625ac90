package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// hopelessClones are repositories that cannot be cloned, with what their user reads of it.
var hopelessClones = []struct {
	name  string
	entry func(git *gitHost) string
	says  []string
}{
	{
		"a host key that nobody knows",
		func(git *gitHost) string { return fmt.Sprintf("{url: %q, secret: other-host}", git.ssh("app")) },
		[]string{"app", "host key", "known_hosts"},
	},
	{
		"a key that the server does not know",
		func(git *gitHost) string { return fmt.Sprintf("{url: %q, secret: other-key}", git.ssh("app")) },
		[]string{"app", "Permission denied (publickey)", "other-key"},
	},
	{
		"a password that is wrong",
		func(git *gitHost) string { return fmt.Sprintf("{url: %q, secret: other-password}", git.https("app")) },
		[]string{"app", "other-password"},
	},
	{
		"no password",
		func(git *gitHost) string { return fmt.Sprintf("{url: %q, secret: ca}", git.https("app")) },
		[]string{"app", `Secret "ca"`},
	},
	{
		"an authority that nobody knows",
		func(git *gitHost) string { return fmt.Sprintf("{url: %q, secret: bob}", git.https("app")) },
		[]string{"app", "certificate", "ca.crt"},
	},
	{
		"a ref that is not there",
		func(git *gitHost) string { return fmt.Sprintf("{url: %q, ref: release-1.2}", git.open("app")) },
		[]string{"app", "release-1.2", "release-1.0", "release-1.1"},
	},
	{
		"a repository that is not there",
		func(git *gitHost) string { return fmt.Sprintf("{url: %q}", git.open("nothing")) },
		[]string{"nothing", "not found"},
	},
}

// createWrongSecrets creates Secrets that do not fit the servers, beside those that do.
func createWrongSecrets(t *testing.T, namespace string, git *gitHost) {
	t.Helper()
	git.createSecrets(t, namespace)
	ssh := map[string]map[string]string{
		"other-host": {corev1.SSHAuthPrivateKey: git.key.Private, "known_hosts": "git.example.com " + git.sshd.Keys[0] + "\n"},
		"other-key":  {corev1.SSHAuthPrivateKey: git.stray.Private, "known_hosts": git.knownHosts(git.sshAddress())},
	}
	for name, data := range ssh {
		createSecret(t, namespace, name, corev1.SecretTypeSSHAuth, data)
	}
	createSecret(t, namespace, "other-password", corev1.SecretTypeBasicAuth, map[string]string{"username": "alice", "password": "not-hers-7341", "ca.crt": git.ca})
	createSecret(t, namespace, "bob", corev1.SecretTypeBasicAuth, map[string]string{"username": "bob", "password": account.Bob})
}

// A repository cannot be cloned, and no second try would help. The Pod ends, no step of it has run, and its user reads why: which repository, what was
// wrong with it and what to look at, wherever he looks.
func TestRepositoryThatCannotBeClonedIsNamedWithTheCause(t *testing.T) {
	t.Parallel()
	namespaces := map[corev1.RestartPolicy]string{}
	for _, policy := range both {
		namespaces[policy] = makeNamespace(t)
		createWrongSecrets(t, namespaces[policy], gitServers(t))
	}
	for i, tc := range hopelessClones {
		for _, policy := range both {
			t.Run(fmt.Sprintf("%s (%s)", tc.name, policy), func(t *testing.T) {
				t.Parallel()
				pod := podOf(ask(makeJob("build", shell("build", "echo built")), contract.AnnotationClone, "- "+tc.entry(gitServers(t))))
				pod.Name, pod.Spec.RestartPolicy = fmt.Sprint("pod-", i), policy

				pod = awaitPod(t, createPod(t, namespaces[policy], pod), "the end of the Pod", isOver)

				require.Equal(t, corev1.PodFailed, pod.Status.Phase)
				for where, text := range whatUsersRead(t, pod) {
					for _, want := range tc.says {
						require.Contains(t, text, want, where)
					}
					require.NotContains(t, text, "not-hers-7341", where)
				}
			})
		}
	}
}

// whatUsersRead is all of it that should tell why a Pod's repository was not cloned, by where it stands.
func whatUsersRead(t *testing.T, pod *corev1.Pod) map[string]string {
	t.Helper()
	pod, result := resultOf(t, pod)
	read := map[string]string{
		"the result":    result.Message,
		"the condition": conditionOf(pod, contract.ConditionFinished).Message,
		"status":        tellStory(t, pod.Namespace, "pod/"+pod.Name),
		"the Events":    strings.Join(eventsOf(t, pod.Namespace, "Pod/"+pod.Name, "CloneFailed"), "\n"),
	}
	if pod.Spec.RestartPolicy == corev1.RestartPolicyNever { // else it may be that of a try which was stopped
		read["the log"] = logs(t, pod, contract.CloneContainer)
	}
	return read
}

// A Secret is created after the Pod that names it. The Pod says what is missing, and goes on when it is there.
func TestSecretThatIsMissingCanComeLater(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	job := ask(makeJob("build", shell("build", "cat src/main.go")), contract.AnnotationClone, fmt.Sprintf("- {url: %q, secret: https}", git.https("app")))
	createJob(t, namespace, job)
	pod := waitForPod(t, namespace, "the Job's first Pod", func(*corev1.Pod) bool { return true })
	awaitEvent(t, namespace, "Pod/"+pod.Name, "FailedMount", `secret "https" not found`)

	git.createSecrets(t, namespace)

	waitForJob(t, namespace, batchv1.JobComplete)
	require.Equal(t, appSource, logs(t, getPod(t, namespace), "build"))
}

// What is wrong with repositories is refused when the Job is created, all of it at once, and a password is not repeated.
func TestMistakesInRepositoriesAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := ask(makeJob("build", shell("build", "true")), contract.AnnotationClone, `
- {url: "https://alice:s3cret@git.example.com/app.git"}
- {url: "ext::sh -c touch% /tmp/x"}
- {url: "file:///etc"}
- {url: "https://git.example.com/lib.git", path: ../../etc}
- {url: "https://git.example.com/lib.git", ref: "--upload-pack=touch /tmp/x"}
- {url: "https://git.example.com/one.git", path: same}
- {url: "https://git.example.com/two.git", path: same}
- {url: "git://git.example.com/three.git", secret: key}
`)
	_, err := client.BatchV1().Jobs(namespace).Create(t.Context(), job, createOptions())
	require.Error(t, err)
	for _, item := range []int{1, 2, 3, 4, 5, 7, 8} {
		require.Regexp(t, fmt.Sprintf(`spec\.template\.metadata\.annotations\[orderly\.dev/clone\].* item %d \(`, item), err.Error())
	}
	require.NotContains(t, err.Error(), "s3cret")
}
