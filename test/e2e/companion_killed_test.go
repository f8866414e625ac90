package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"orderly.dev/mutate/contract"
)

var jobsUnderFire = flag.Int("jobs", 50, "how many Jobs run while the companion is killed")

// atATime is how many of them run at the same time.
const atATime = 10

// Fifty Jobs run, ten at a time, while the companion is killed every few seconds, in the middle of whatever it does, and the API server is once. Every
// Job completes, and no command runs twice.
// Not parallel: other tests need the companion.
func TestJobsCompleteWhileTheCompanionIsKilledAgainAndAgain(t *testing.T) {
	namespace := makeNamespace(t)
	witness, volume, mount := makeWitness(t)
	fire := openFire(t)
	run := barrage{namespace: namespace, make: func(i int) *batchv1.Job { return makeTarget(i, volume, mount) }}

	run.until(t, *jobsUnderFire/2)
	said, err := cluster("restart-api-server").CombinedOutput()
	require.NoError(t, err, "%s", said)
	run.until(t, *jobsUnderFire)

	t.Logf("the companion was killed %d times", fire.cease())
	require.Greater(t, fire.killed, 2)
	run.requireAllWell(t, witness)
}

// makeTarget is a Job of three steps and a sidecar which is to be ready before them, and ends in one of the three ways. Its steps write into a file that
// is named as the Pod.
func makeTarget(i int, volume corev1.Volume, mount corev1.VolumeMount) *batchv1.Job {
	agent := corev1.Container{Name: "agent", Image: busybox, Args: []string{"sh", "-c", "trap 'exit 0' TERM; touch /up; sleep 1000000 & wait"}}
	agent.ReadinessProbe = execProbe("test -e /up")
	job := makeJob("fetch, build, publish", writer("fetch"), writer("build"), writer("publish"), agent)
	job.Name = fmt.Sprint("job-", i)
	spec := &job.Spec.Template.Spec
	spec.Volumes = append(spec.Volumes, volume)
	for i := range spec.Containers {
		spec.Containers[i].VolumeMounts = append(spec.Containers[i].VolumeMounts, mount)
	}
	return ask(job, contract.AnnotationSidecarStop, []string{"native", "signal", "nop"}[i%3])
}

// writer is a step that leaves its name in the witness of its Pod.
func writer(name string) corev1.Container {
	c := shell(name, "echo "+name+" >> /witness/$POD; sleep 0.5")
	c.Env = []corev1.EnvVar{{Name: "POD", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.name"}}}}
	return c
}

// barrage is a number of Jobs, of which so many run at a time.
type barrage struct {
	namespace string
	make      func(i int) *batchv1.Job
	created   int
	jobs      []batchv1.Job
}

// until creates Jobs, as others end, until there are so many, and waits for the end of all of them. What the API server refuses while it
// is away is tried again.
func (b *barrage) until(t *testing.T, total int) {
	t.Helper()
	for ended := 0; ended < total; {
		before := ended
		waitFor(t, fmt.Sprintf("one more of %d Jobs to end", total), func() (bool, string) {
			list, err := client.BatchV1().Jobs(b.namespace).List(t.Context(), metav1.ListOptions{})
			if err != nil {
				return false, err.Error()
			}
			b.jobs = list.Items
			running := slices.DeleteFunc(slices.Clone(b.jobs), func(j batchv1.Job) bool { return hasEnded(&j) })
			ended = len(b.jobs) - len(running)
			for free := atATime - len(running); free > 0 && b.created < total; free-- {
				_, err := client.BatchV1().Jobs(b.namespace).Create(t.Context(), b.make(b.created), createOptions())
				if err != nil && !apierrors.IsAlreadyExists(err) {
					return false, err.Error()
				}
				b.created++
			}
			return ended > before, asYAML(running)
		})
	}
}

// requireAllWell requires that every Job completed with its first Pod, each of whose steps ran once.
func (b *barrage) requireAllWell(t *testing.T, witness string) {
	t.Helper()
	for _, job := range b.jobs {
		require.EqualValuesf(t, 1, job.Status.Succeeded, "%s: %s", job.Name, asYAML(job.Status))
		require.Zerof(t, job.Status.Failed, "%s: %s", job.Name, asYAML(job.Status))
	}
	pods, err := client.CoreV1().Pods(b.namespace).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, pods.Items, len(b.jobs))
	for i := range pods.Items {
		pod := &pods.Items[i]
		ran, err := os.ReadFile(filepath.Join(witness, pod.Name))
		require.NoError(t, err)
		require.Equal(t, "fetch\nbuild\npublish\n", string(ran), "the steps of %s", pod.Name)
		require.Zero(t, status(t, pod, "agent").State.Terminated.ExitCode)
	}
}

// fire kills the companion again and again.
type fire struct {
	stop   context.CancelFunc
	over   chan struct{}
	killed int
}

// openFire takes the companion out of the cluster, and runs one of the test's own in its place, with its rights and flags and under one name, which is
// killed after 0.2 to 5 s and started again, until the test ends.
func openFire(t *testing.T) *fire {
	t.Helper()
	stopDeployment(t, companion)
	deployment, err := client.AppsV1().Deployments(orderlyNamespace).Get(t.Context(), companion, metav1.GetOptions{})
	require.NoError(t, err)
	args := slices.Concat(deployment.Spec.Template.Spec.Containers[0].Args,
		[]string{"--kubeconfig=" + writeCompanionKubeconfig(t), "--health-address=127.0.0.1:0", "--metrics-address=0"})
	log, err := os.Create(filepath.Join(nodeLogs, "companion-killed.log"))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	f := &fire{stop: stop, over: make(chan struct{})}
	go func() {
		defer close(f.over)
		defer func() { _ = log.Close() }()
		for ctx.Err() == nil {
			life, end := context.WithTimeout(ctx, 200*time.Millisecond+rand.N(4800*time.Millisecond))
			cmd := exec.CommandContext(life, "bin/sidecarstop", args...) // killed, not asked, when its life is over
			cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "../..", append(os.Environ(), "POD_NAME=killed"), log, log
			_ = cmd.Run() // it was killed
			end()
			f.killed++
		}
	}()
	t.Cleanup(func() { f.cease() })
	return f
}

// cease ends it, and returns how often it killed.
func (f *fire) cease() int {
	f.stop()
	<-f.over
	return f.killed
}

// writeCompanionKubeconfig writes a file by which a program has the rights of the companion.
func writeCompanionKubeconfig(t *testing.T) string {
	t.Helper()
	token, err := client.CoreV1().ServiceAccounts(orderlyNamespace).CreateToken(t.Context(), companion, &authenticationv1.TokenRequest{}, createOptions())
	require.NoError(t, err)
	config := clientcmdapi.NewConfig()
	config.Clusters["node"] = &clientcmdapi.Cluster{Server: restConfig.Host, CertificateAuthorityData: restConfig.CAData}
	config.AuthInfos["companion"] = &clientcmdapi.AuthInfo{Token: token.Status.Token}
	config.Contexts["node"] = &clientcmdapi.Context{Cluster: "node", AuthInfo: "companion"}
	config.CurrentContext = "node"
	file := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, clientcmd.WriteToFile(*config, file))
	return file
}

// cluster is the program that runs the node.
func cluster(words ...string) *exec.Cmd {
	cmd := exec.Command("bin/cluster", words...)
	cmd.Dir = "../.."
	return cmd
}
