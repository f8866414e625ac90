package e2e

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// emptyDirOf is where the kubelet of this node has an emptyDir of a Pod that runs.
func emptyDirOf(pod *corev1.Pod, volume string) string {
	return filepath.Join("/var/lib/orderly-node/kubelet/pods", string(pod.UID), "volumes/kubernetes.io~empty-dir", volume)
}

// Three private repositories are cloned, with a password, a token and a key. While that goes on and afterwards, none of them can be read anywhere but where
// the cloner has to have it: not among the processes of the node, nor in the tree, the logs, the Pod, its Events, or in what the node writes of them.
func TestSecretsAreSeenByTheClonerAlone(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	git.createSecrets(t, namespace)
	basic, bearer, sshd := startRelay(t, git.webAddress()), startRelay(t, git.webAddress()), startRelay(t, git.sshAddress())
	relays := []*relay{basic, bearer, sshd}
	createSecret(t, namespace, "relayed", corev1.SecretTypeSSHAuth, map[string]string{
		corev1.SSHAuthPrivateKey: git.key.Private, "known_hosts": git.knownHosts(sshd.address),
	})
	witness, volume, mount := makeWitness(t)
	look := shell("look", "cat password/big.bin token/big.bin key/big.bin | wc -c; env; mount; until test -e /witness/seen; do sleep 0.1; done")
	look.VolumeMounts, look.WorkingDir = []corev1.VolumeMount{mount}, "/workspace"
	job := makeJob("look", look)
	job.Spec.Template.Spec.Volumes = append(job.Spec.Template.Spec.Volumes, volume)
	ask(job, contract.AnnotationClone, fmt.Sprintf(`
- {url: %q, secret: https, path: password}
- {url: %q, secret: bearer, path: token}
- {url: %q, secret: relayed, path: key}
`, basic.behind(git.https("big")), bearer.behind(git.bearer("big")), sshd.behind(git.ssh("big"))))
	createJob(t, namespace, job)
	for _, r := range relays {
		r.awaitHolding(t)
	}
	pod := getPod(t, namespace)

	requireNoSecret(t, git, "the processes of the node", processTable(t))
	cloner := processesOf(t, status(t, pod, contract.CloneContainer))
	require.Greater(t, len(cloner), 6, "the cloner and three gits with their transports")
	requireNoSecret(t, git, "the environment of the cloner", environments(t, cloner))
	requireNoToken(t, initOf(t, status(t, pod, contract.CloneContainer)))
	for _, r := range relays {
		r.release()
	}

	pod = awaitPod(t, pod, "the step to look", func(p *corev1.Pod) bool { return allStarted(p) && strings.Contains(logs(t, p, "look"), " /workspace ") })
	for volume, holds := range map[string]string{"orderly-workspace": git.big, "orderly-run": "ORDERLY_SOURCE_COMMIT"} {
		tree := readTree(t, emptyDirOf(pod, volume))
		require.Truef(t, strings.Contains(tree, holds), "%s is not what was looked at", volume)
		requireNoSecret(t, git, volume, tree)
	}
	require.NoError(t, os.WriteFile(filepath.Join(witness, "seen"), nil, 0o644))
	waitForJob(t, namespace, batchv1.JobComplete)
	pod, _ = resultOf(t, pod)
	requireOnlyTheClonerHasSecrets(t, pod, "https", "bearer", "relayed")
	requireNoSecret(t, git, "the Pod", asYAML(pod))
	for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		requireNoSecret(t, git, "the log of "+c.Name, logs(t, pod, c.Name))
	}
	requireNoSecret(t, git, "the Events", mustKubectl(t, "", "get", "events", "-n", namespace, "-o", "yaml"))
	requireNoSecret(t, git, "the logs of the node", readTree(t, nodeLogs))
}

// requireNoSecret requires that a text has none of the secrets in it, as they are or as they are sent.
func requireNoSecret(t *testing.T, git *gitHost, where, text string) {
	t.Helper()
	require.NotEmpty(t, text, where)
	key := strings.Split(git.key.Private, "\n")[2]
	for _, secret := range []string{
		account.Alice, base64.StdEncoding.EncodeToString([]byte("alice:" + account.Alice)), account.Token, key,
	} {
		require.Greater(t, len(secret), 10)
		require.Falsef(t, strings.Contains(text, secret), "%s: %s is in it", where, secret)
	}
}

// processTable are the command lines of all processes of this machine, which is the node.
func processTable(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	var b strings.Builder
	for _, file := range files {
		words, _ := os.ReadFile(file) // it may have ended meanwhile
		fmt.Fprintf(&b, "%s\n", words)
	}
	require.Contains(t, b.String(), "git", "the cloner's git is one of them")
	return b.String()
}

func environments(t *testing.T, processes map[int]int) string {
	t.Helper()
	var b strings.Builder
	for pid := range processes {
		words, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid)) // it may have ended meanwhile
		fmt.Fprintf(&b, "%s\n", words)
	}
	require.Contains(t, b.String(), "GIT_CONFIG_GLOBAL=", "the cloner's git is one of them")
	return b.String()
}

// requireNoToken requires that a process finds nothing where the token of its ServiceAccount would be.
func requireNoToken(t *testing.T, pid int) {
	t.Helper()
	root := fmt.Sprintf("/proc/%d/root", pid)
	require.FileExists(t, filepath.Join(root, "gitclone"), "this is the cloner's root")
	files, err := os.ReadDir(filepath.Join(root, "var/run/secrets/kubernetes.io/serviceaccount"))
	require.NoError(t, err)
	require.Empty(t, files)
}

// requireOnlyTheClonerHasSecrets requires that its container alone mounts them, and that whoever the Pod's steps run as at the API cannot read them.
func requireOnlyTheClonerHasSecrets(t *testing.T, pod *corev1.Pod, names ...string) {
	t.Helper()
	holders := map[string][]string{}
	for _, v := range pod.Spec.Volumes {
		name := v.Name
		if v.Secret != nil {
			name = v.Secret.SecretName
		}
		for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
			if slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == v.Name }) {
				holders[name] = append(holders[name], c.Name)
			}
		}
	}
	require.Equal(t, []string{contract.CloneContainer}, holders["orderly-private"], "who has the copies")
	for _, name := range names {
		require.Equal(t, []string{contract.CloneContainer}, holders[name], "who has the Secret %s", name)
		said, err := runKubectl("", "auth", "can-i", "get", "secret/"+name, "-n", pod.Namespace,
			"--as=system:serviceaccount:"+pod.Namespace+":"+pod.Spec.ServiceAccountName)
		require.Error(t, err)
		require.Equal(t, "no\n", said)
	}
}

// readTree is all that the files below a folder hold, and their names.
func readTree(t *testing.T, folder string) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the logs of a Pod that has gone meanwhile
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s\n%s\n", path, text)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}))
	return b.String()
}
