package e2e

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// A container waits for a file. Its command would fail without it.
func TestContainerRunsWhenAFileIsThere(t *testing.T) {
	t.Parallel()
	pod, witness := createWitness(t, "- file: /witness/done\n  for: [app]", shell("app", "cat /witness/done; echo runs"))
	awaitWaiting(t, pod)

	require.NoError(t, os.WriteFile(filepath.Join(witness, "done.new"), []byte("done\n"), 0o644))
	require.NoError(t, os.Rename(filepath.Join(witness, "done.new"), filepath.Join(witness, "done")))

	requireSucceeds(t, pod, "done\nruns\n")
}

// A container waits for a socket: that it is there is not enough, its user must be allowed to use it.
func TestContainerRunsWhenItMayUseASocket(t *testing.T) {
	t.Parallel()
	app := shell("app", "test -S /witness/socket && test -r /witness/socket && test -w /witness/socket && echo runs")
	app.SecurityContext = &corev1.SecurityContext{RunAsUser: new(int64(1000))}
	pod, witness := createWitness(t, "- socket: /witness/socket\n  for: [app]", app)
	socket := filepath.Join(witness, "socket")
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	require.NoError(t, os.Chmod(socket, 0o600))
	awaitWaiting(t, pod)

	require.NoError(t, os.Chmod(socket, 0o666))

	requireSucceeds(t, pod, "runs\n")
}

// A Pod waits until somebody listens at an address, without a word of the companion. Its command would fail before.
func TestPodRunsWhenAnAddressAnswers(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	server := createServer(t, namespace, "web")
	server = awaitPod(t, server, "the server to run", allRun)
	pod := makeWaiting("- tcp: " + server.Status.PodIP + ":8080")
	pod.Spec.Containers[0] = shell("app", "nc -w 5 "+server.Status.PodIP+" 8080 </dev/null && echo runs")
	pod = createPod(t, namespace, pod)
	awaitPod(t, pod, "orderly-wait to wait", func(p *corev1.Pod) bool {
		return len(p.Status.InitContainerStatuses) == 1 && p.Status.InitContainerStatuses[0].State.Running != nil
	})

	runInside(t, server, "server", "httpd -p 8080")

	requireSucceeds(t, pod, "runs\n")
}

// A container gets a configuration file in which its Pod's address and name are filled in.
func TestContainerGetsAConfigurationFileMadeOfATemplate(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	_, err := client.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "app"},
		Data:       map[string]string{"app.conf": "listen {{ .IP }}\nname {{ .HOSTNAME }}\n"},
	}, createOptions())
	require.NoError(t, err)
	app := shell("app", "cat /etc/app/app.conf")
	app.VolumeMounts = []corev1.VolumeMount{{Name: "config", MountPath: "/config"}}
	pod := makeWaiting("")
	pod.Annotations = map[string]string{contract.AnnotationConfig: "- {from: /config/app.conf, to: /etc/app/app.conf, for: [app]}\n" +
		"- {from: /config/app.conf, to: /etc/app/eth0.conf, for: [app], interface: eth0}"}
	app.Command[2] += "; cmp /etc/app/app.conf /etc/app/eth0.conf"
	pod.Spec.Containers[0] = app
	pod.Spec.Volumes = []corev1.Volume{{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
		LocalObjectReference: corev1.LocalObjectReference{Name: "app"}}}}}

	pod = awaitPod(t, createPod(t, namespace, pod), "the end of the Pod", isOver)

	require.Equal(t, corev1.PodSucceeded, pod.Status.Phase, asYAML(pod.Status))
	require.Equal(t, "listen "+pod.Status.PodIP+"\nname waiting\n", logs(t, pod, "app"))
}

// createWitness creates a Pod of one container that waits for something in a folder of the node.
func createWitness(t *testing.T, entries string, app corev1.Container) (*corev1.Pod, string) {
	t.Helper()
	witness, volume, mount := makeWitness(t)
	app.VolumeMounts = append(app.VolumeMounts, mount)
	pod := makeWaiting(entries)
	pod.Spec.Containers[0], pod.Spec.Volumes = app, []corev1.Volume{volume}
	return createPod(t, makeNamespace(t), pod), witness
}

// awaitWaiting waits until the wrapper of a container without a gate runs. Its command does not.
func awaitWaiting(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	pod = awaitPod(t, pod, "the wrapper to run", allRun)
	require.Empty(t, logs(t, pod, "app"))
}

func requireSucceeds(t *testing.T, pod *corev1.Pod, said string) {
	t.Helper()
	pod = awaitPod(t, pod, "the end of the Pod", isOver)
	require.Equal(t, said, logs(t, pod, "app"))
	require.Equal(t, corev1.PodSucceeded, pod.Status.Phase, asYAML(pod.Status))
}
