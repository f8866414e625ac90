package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// halfDone is how many bytes of the server are passed before a clone of the repository "big" is held: more than greetings and the list of refs, much
// less than its files.
const halfDone = 100_000

// The cloner is killed while it is half done, or its git is. The repository is cloned again, in the same Pod where that starts its containers again and
// in the next where it does not, and the steps run once and see all of it.
func TestCloneThatIsKilledHalfWayIsDoneAgain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		policy corev1.RestartPolicy
		victim func(t *testing.T, cloner corev1.ContainerStatus) int
		pods   int
	}{
		{"the cloner, OnFailure", corev1.RestartPolicyOnFailure, initOf, 1},
		{"the cloner, Never", corev1.RestartPolicyNever, initOf, 2},
		{"its git, OnFailure", corev1.RestartPolicyOnFailure, gitOf, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			namespace, git := makeNamespace(t), gitServers(t)
			git.createSecrets(t, namespace)
			slow := startRelay(t, git.webAddress())
			job := makeJob("verify, sum", gitStep("verify", "git rev-parse HEAD; git status --porcelain; git fsck --no-progress; ls -a .."), shell("sum", "md5sum big.bin"))
			job.Spec.Template.Spec.RestartPolicy = tc.policy
			ask(job, contract.AnnotationClone, fmt.Sprintf("- {url: %q, secret: https}", slow.behind(git.https("big"))))
			createJob(t, namespace, job)
			slow.awaitHolding(t)
			pod := waitForPod(t, namespace, "the cloner to run", func(p *corev1.Pod) bool {
				return hasInits(p) && status(t, p, contract.CloneContainer).State.Running != nil
			})

			require.NoError(t, syscall.Kill(tc.victim(t, status(t, pod, contract.CloneContainer)), syscall.SIGKILL))
			slow.release()

			waitForJob(t, namespace, batchv1.JobComplete)
			pods := getPods(t, namespace)
			require.Len(t, pods, tc.pods)
			last := &pods[tc.pods-1]
			require.Equal(t, git.commit(t, "big", "main")+"\n.\n..\nbig\n", logs(t, last, "verify"))
			require.Equal(t, git.bigSum()+"  big.bin\n", logs(t, last, "sum"))
			require.Zero(t, status(t, last, "verify").RestartCount+status(t, last, "sum").RestartCount)
		})
	}
}

func hasInits(pod *corev1.Pod) bool { return len(pod.Status.InitContainerStatuses) > 0 }

// gitOf is the git that a cloner has started.
func gitOf(t *testing.T, cloner corev1.ContainerStatus) int {
	t.Helper()
	main := initOf(t, cloner)
	for pid, parent := range processesOf(t, cloner) {
		if parent == main && strings.HasPrefix(commandOf(pid), "git") {
			return pid
		}
	}
	require.FailNow(t, "the cloner has no git")
	return 0
}

// A Pod is deleted while its repository is cloned. It does not wait for the end of that, nor for its grace period.
func TestPodThatIsDeletedWhileItClonesEndsAtOnce(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	slow := startRelay(t, git.sshAddress())
	createSecret(t, namespace, "relayed", corev1.SecretTypeSSHAuth, map[string]string{
		corev1.SSHAuthPrivateKey: git.key.Private, "known_hosts": git.knownHosts(slow.address),
	})
	pod := podOf(ask(makeJob("build", shell("build", "true")), contract.AnnotationClone, fmt.Sprintf("- {url: %q, secret: relayed}", slow.behind(git.ssh("big")))))
	pod.Spec.TerminationGracePeriodSeconds = new(int64(600))
	pod = createPod(t, namespace, pod)
	slow.awaitHolding(t)

	require.NoError(t, client.CoreV1().Pods(namespace).Delete(t.Context(), pod.Name, metav1.DeleteOptions{}))

	waitFor(t, "the end of the Pod", func() (bool, string) { // in less than the grace period, which is longer than this waits
		_, err := client.CoreV1().Pods(namespace).Get(t.Context(), pod.Name, metav1.GetOptions{})
		return apierrors.IsNotFound(err), describe(err)
	})
}

// The node's reboot, or the end of a Pod's sandbox, has all init containers run again, when some steps have ended already. What these have done to
// the tree is still there, though the server has something newer.
func TestTreeOutlivesTheSandbox(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	git.createSecrets(t, namespace)
	witness, volume, mount := makeWitness(t)
	check := shell("check", "until test -e /witness/go; do sleep 0.1; done; cat src/main.go new; test ! -e README.md")
	check.VolumeMounts = append(check.VolumeMounts, mount)
	name := git.add(t, map[string]string{"src/main.go": appSource, "README.md": appReadme})
	job := makeJob("change, check, verify", shell("change", "echo changed >> src/main.go; echo new > new; rm README.md"), check, gitStep("verify", "git rev-parse HEAD"))
	job.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyOnFailure
	job.Spec.Template.Spec.Volumes = append(job.Spec.Template.Spec.Volumes, volume)
	ask(job, contract.AnnotationClone, fmt.Sprintf("- {url: %q, secret: ssh, branch: main}", git.ssh(name)))
	createJob(t, namespace, job)
	before := git.commit(t, name, "main")
	pod := waitForPod(t, namespace, "the second step to be let in", func(p *corev1.Pod) bool {
		return allStarted(p) && status(t, p, "change").State.Terminated != nil
	})
	git.replace(t, name, map[string]string{"src/main.go": "package newer\n"})
	require.NotEqual(t, before, git.commit(t, name, "main"))

	forgetPrivate(t, pod)
	require.NoError(t, syscall.Kill(pauseOf(t, pod), syscall.SIGKILL))

	again := waitForPod(t, namespace, "the second step to be started again", func(p *corev1.Pod) bool {
		now := status(t, p, "check")
		return now.State.Running != nil && now.ContainerID != status(t, pod, "check").ContainerID
	})
	require.NotEqual(t, status(t, pod, contract.CloneContainer).ContainerID, status(t, again, contract.CloneContainer).ContainerID, "the cloner ran again")
	require.NoError(t, os.WriteFile(filepath.Join(witness, "go"), nil, 0o644))
	waitForJob(t, namespace, batchv1.JobComplete)
	pod = getPod(t, namespace)
	require.Equal(t, appSource+"changed\nnew\n", logs(t, pod, "check"))
	require.Equal(t, before+"\n", logs(t, pod, "verify"))
	requireSources(t, pod, fmt.Sprintf(`[{"path": %q, "url": %q, "refType": "branch", "refName": "main", "commit": %q}]`, name, git.ssh(name), before))
}

// forgetPrivate empties what the cloner has in memory, as a reboot does.
func forgetPrivate(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(emptyDirOf(pod, "orderly-private"), "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "the cloner's memory")
	for _, file := range files {
		require.NoError(t, os.RemoveAll(file))
	}
}

// pauseOf is the process that holds the sandbox of a Pod.
func pauseOf(t *testing.T, pod *corev1.Pod) int {
	t.Helper()
	for pid := range processesIn(t, string(pod.UID)) {
		if commandOf(pid) == "pause" {
			return pid
		}
	}
	require.FailNow(t, "the Pod has no sandbox")
	return 0
}
