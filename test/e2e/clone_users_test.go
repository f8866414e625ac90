package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// Whoever the Pod runs as, however it reaches the server and whoever the step runs as: the step reads and changes the tree, and git works there. Only
// a Pod as root is refused where PodSecurity restricts.
func TestStepsOfAnyUserWorkInTheTree(t *testing.T) {
	t.Parallel()
	git := gitServers(t)
	for _, level := range []podSecurity{restricted, privileged} {
		namespace := createNamespace(t, map[string]string{
			contract.LabelInject: contract.InjectEnabled, "pod-security.kubernetes.io/enforce": string(level),
		})
		git.createSecrets(t, namespace)
		for _, transport := range []string{"ssh", "https"} {
			for _, user := range []int64{0, 65532, 1000650000} {
				for _, stepUser := range []int64{user, 7777} {
					t.Run(fmt.Sprintf("%d in a %s namespace over %s, the step as %d", user, level, transport, stepUser), func(t *testing.T) {
						t.Parallel()
						pod := makeWorker(user, stepUser, level)
						pod.Annotations[contract.AnnotationClone] = fmt.Sprintf("- {url: %q, secret: %s}", map[string]string{"ssh": git.ssh("app"), "https": git.https("app")}[transport], transport)
						if level == restricted && user == 0 {
							requireRefused(t, namespace, pod)
							return
						}
						requireWorks(t, createPod(t, namespace, pod), git.commit(t, "app", "main"))
					})
				}
			}
		}
	}
}

// podSecurity is a level of the Pod Security Standards.
type podSecurity string

const (
	restricted podSecurity = "restricted"
	privileged podSecurity = "privileged"
)

// makeWorker is a Pod whose step says who it is and what it found, and then changes, adds and removes files and makes a commit of that.
func makeWorker(user, stepUser int64, level podSecurity) *corev1.Pod {
	job := makeJob("work", gitStep("work", `set -e
id -u
cat src/main.go
echo changed >> src/main.go
mkdir -p src/new && echo new > src/new/file
rm README.md
git add --all
git -c user.name=step -c user.email=step@example.com commit --quiet --message=work
git rev-parse HEAD~1
git status --porcelain`))
	if level == restricted {
		restrict(job)
		job.Spec.Template.Spec.SecurityContext.FSGroup = nil // the tree needs none
	} else {
		job.Spec.Template.Spec.SecurityContext = &corev1.PodSecurityContext{}
		job.Spec.Template.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{}
	}
	pod := podOf(job)
	pod.Name, pod.GenerateName = "", "work-"
	pod.Spec.SecurityContext.RunAsUser = &user
	if stepUser != user {
		pod.Spec.Containers[0].SecurityContext.RunAsUser = &stepUser
	}
	return pod
}

// requireRefused requires that PodSecurity, and nothing else, refuses the Pod because of its user.
func requireRefused(t *testing.T, namespace string, pod *corev1.Pod) {
	t.Helper()
	_, err := client.CoreV1().Pods(namespace).Create(t.Context(), pod, createOptions())
	require.ErrorContains(t, err, `violates PodSecurity "restricted:latest": runAsUser=0 (pod`)
}

func requireWorks(t *testing.T, pod *corev1.Pod, commit string) {
	t.Helper()
	step := pod.Spec.Containers[0]
	user := pod.Spec.SecurityContext.RunAsUser
	if own := step.SecurityContext.RunAsUser; own != nil {
		user = own
	}
	pod = awaitPod(t, pod, "the end of the Pod", isOver)
	require.Equal(t, fmt.Sprintf("%d\n%s%s\n", *user, appSource, commit), logs(t, pod, step.Name))
	require.Equal(t, corev1.PodSucceeded, pod.Status.Phase, asYAML(pod.Status))
}
