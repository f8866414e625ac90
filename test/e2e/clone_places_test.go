package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/mutate/contract"
)

// A server has no steps, is not wrapped, and starts where it always did. Its repositories are there all the same, and all that an order alone tells about
// them; another container of it, which runs as somebody else, can use git there.
func TestServerFindsItsRepositories(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	serve := shell("serve", "pwd; cd $ORDERLY_WORKDIR && cat src/main.go ../lib/lib.h; env | grep ^ORDERLY_ | sort; echo end; exec sleep 1000000")
	look := gitStep("look", "git -C $ORDERLY_WORKDIR rev-parse HEAD; git -C $ORDERLY_WORKDIR/../lib rev-parse HEAD; echo end; exec sleep 1000000")
	template := corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{
			Labels: map[string]string{"app": "server"},
			Annotations: map[string]string{contract.AnnotationClone: fmt.Sprintf("- {url: %q, branch: main}\n- {url: %q, ref: v1.0}\n",
				git.open("app"), git.open("lib"))},
		},
		Spec: corev1.PodSpec{TerminationGracePeriodSeconds: new(int64(0)), Containers: []corev1.Container{serve, look}},
	}
	createDeployment(t, namespace, "server", template)

	mustKubectl(t, "", "wait", "-n", namespace, "--for=condition=Available", "--timeout="+patience.String(), "deployment/server")

	pod := awaitSaid(t, podOfDeployment(t, namespace, "server"), "end\n")
	require.Equal(t, "/\n"+appSource+libHeader+strings.Join([]string{
		"ORDERLY_SOURCE_APP_REF_NAME=main", "ORDERLY_SOURCE_APP_REF_TYPE=branch", "ORDERLY_SOURCE_APP_URL=" + git.open("app"),
		"ORDERLY_SOURCE_LIB_REF_NAME=v1.0", "ORDERLY_SOURCE_LIB_REF_TYPE=ref", "ORDERLY_SOURCE_LIB_URL=" + git.open("lib"),
		"ORDERLY_SOURCE_REF_NAME=main", "ORDERLY_SOURCE_REF_TYPE=branch", "ORDERLY_SOURCE_URL=" + git.open("app"),
		"ORDERLY_WORKDIR=/workspace/app", "end",
	}, "\n")+"\n", logs(t, pod, "serve"))
	require.Equal(t, git.commit(t, "app", "main")+"\n"+git.commit(t, "lib", "v1.0")+"\nend\n", logs(t, pod, "look"))
	require.Equal(t, serve.Command, pod.Spec.Containers[0].Command, "it is not wrapped")
}

// A Pod waits for a Service before its repository is cloned, in an init container or in the queue, so that it gets what the server has then.
func TestRepositoryIsClonedWhenWhatThePodWaitsForIsThere(t *testing.T) {
	t.Parallel()
	for _, hold := range []string{"", contract.HoldQueue} {
		t.Run("hold: "+hold, func(t *testing.T) {
			t.Parallel()
			namespace, git := makeNamespace(t), gitServers(t)
			startService(t, namespace, "db")
			name := git.add(t, map[string]string{"file": "old\n"})
			pod := makeWaiting("- service: db")
			pod.Spec.Containers[0] = shell("app", "cat $ORDERLY_WORKDIR/file")
			pod.Annotations[contract.AnnotationClone] = fmt.Sprintf("- {url: %q}", git.open(name))
			if hold != "" {
				pod.Annotations[contract.AnnotationHold] = hold
			}
			pod = awaitMissing(t, createPod(t, namespace, pod), "service db: 0 of 1 endpoints ready")
			git.replace(t, name, map[string]string{"file": "new\n"})

			tellReady(t, namespace, "db")

			requireSucceeds(t, pod, "new\n")
			inits := containerNames(pod.Spec.InitContainers)
			if hold != "" {
				require.NotContains(t, inits, contract.WaitContainer)
				return
			}
			require.Equal(t, []string{contract.WaitContainer, contract.CloneContainer}, inits[len(inits)-2:])
		})
	}
}

// The way to the server leads through a proxy that is a native sidecar, of the user's or added by a mesh's webhook. It is up before the repository is
// cloned, and what prepares the Pod otherwise runs behind that.
func TestRepositoryIsClonedThroughANativeSidecar(t *testing.T) {
	t.Parallel()
	t.Run("of the user's", func(t *testing.T) {
		t.Parallel()
		namespace := makeNamespace(t)
		cloneThrough(t, namespace, makeProxy(t))
	})
	t.Run("that a webhook adds", func(t *testing.T) {
		t.Parallel()
		namespace, proxy := makeNamespace(t), makeProxy(t)
		serveWebhook(t, webhookOptions{namespace: namespace, order: afterOrderly, change: func(pod *corev1.Pod) {
			if !slices.Contains(containerNames(pod.Spec.InitContainers), proxy.Name) {
				pod.Spec.InitContainers = slices.Insert(pod.Spec.InitContainers, 0, proxy)
			}
		}})
		cloneThrough(t, namespace)
	})
}

// makeProxy is a native sidecar that leads from the port of git:// on the Pod's own address to the server.
func makeProxy(t *testing.T) corev1.Container {
	t.Helper()
	host, port, _ := strings.Cut(gitServers(t).daemonAddress(), ":")
	return corev1.Container{
		Name: "proxy", Image: busybox, RestartPolicy: new(corev1.ContainerRestartPolicyAlways),
		Command:      []string{"nc", "-ll", "-p", "9418", "-e", "nc", host, port},
		StartupProbe: execProbe("netstat -ltn | grep -q :9418"),
	}
}

// cloneThrough runs a Job that clones from its Pod's own address, with these init containers before one that sets up.
func cloneThrough(t *testing.T, namespace string, before ...corev1.Container) {
	t.Helper()
	job := makeJob("build", shell("build", "cat src/main.go"))
	job.Spec.Template.Spec.InitContainers = append(before, shell("setup", "echo set up"))
	createJob(t, namespace, ask(job, contract.AnnotationClone, `- {url: "git://127.0.0.1/app.git"}`))

	waitForJob(t, namespace, batchv1.JobComplete)

	pod := getPod(t, namespace)
	require.Equal(t, appSource, logs(t, pod, "build"))
	inits := containerNames(pod.Spec.InitContainers)
	at := slices.Index(inits, contract.CloneContainer)
	require.Less(t, slices.Index(inits, "proxy"), at, inits)
	require.Less(t, at, slices.Index(inits, "setup"), inits)
}

// A namespace bounds what each container gets, and counts it. The cloner keeps to that, and does its work.
func TestRepositoryIsClonedInANamespaceWithLimits(t *testing.T) {
	t.Parallel()
	namespace, git := makeRestrictedNamespace(t), gitServers(t)
	makeLimits(t, namespace)
	job := restrict(makeJob("build", shell("build", "cat src/main.go")))
	createJob(t, namespace, ask(job, contract.AnnotationClone, fmt.Sprintf("- {url: %q}", git.open("app"))))

	waitForJob(t, namespace, batchv1.JobComplete)

	require.Equal(t, appSource, logs(t, getPod(t, namespace), "build"))
}
