package integration

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// cloning asks for these repositories.
func cloning(text string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { metav1.SetMetaDataAnnotation(&p.ObjectMeta, contract.AnnotationClone, text) }
}

// twoRepositories are one of them with a Secret and all that can be said.
const twoRepositories = `[{url: "https://git.example.com/team/app.git", ref: main, secret: git-credentials, depth: 0, submodules: true, sparse: [docs], keepGit: false},
	{url: "git@git.example.com:team/docs.git", tag: v1, path: libs/docs, secret: key}]`

// orderOfPod is what the cloner of a Pod is told. It is the only init container here.
func orderOfPod(t *testing.T, pod *corev1.Pod) clone.Order {
	t.Helper()
	require.NotEmpty(t, pod.Spec.InitContainers)
	c := pod.Spec.InitContainers[0]
	require.Equal(t, contract.CloneContainer, c.Name)
	require.Equal(t, cloneImage, c.Image)
	order, found := clone.FindOrder(append(c.Command, c.Args...))
	require.True(t, found, "%q", c.Args)
	return order
}

func TestRepositoriesAreClonedUnderEveryRestartPolicy(t *testing.T) {
	for _, tc := range []struct {
		policy corev1.RestartPolicy
		change []func(*corev1.Pod)
	}{
		{corev1.RestartPolicyNever, []func(*corev1.Pod){withSteps()}},
		{corev1.RestartPolicyOnFailure, []func(*corev1.Pod){withSteps()}},
		{corev1.RestartPolicyNever, nil},
		{corev1.RestartPolicyAlways, nil},
	} {
		t.Run(string(tc.policy), func(t *testing.T) {
			pod := makePod(makeNamespace(t, optedIn), append(tc.change, cloning(twoRepositories))...)
			pod.Spec.RestartPolicy = tc.policy
			mustCreate(t, pod)
			require.Len(t, orderOfPod(t, pod).Repositories, 2)
			mount := corev1.VolumeMount{Name: "orderly-workspace", MountPath: "/workspace", SubPath: contract.TreeSubPath}
			require.Contains(t, pod.Spec.Containers[0].VolumeMounts, mount)
			require.Equal(t, corev1.EnvVar{Name: "ORDERLY_WORKDIR", Value: "/workspace/app"}, pod.Spec.Containers[0].Env[0])
			require.Equal(t, contract.ManagedYes, pod.Labels[contract.LabelManaged])
			pod.Name = "again"
			requireSettled(t, pod)
		})
	}
}

func TestAPodThatClonesIsAcceptedWhereOnlyRestrictedOnesAre(t *testing.T) {
	namespace := makeNamespace(t, map[string]string{
		contract.LabelInject: contract.InjectEnabled, "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "latest",
	})
	restricted := func(p *corev1.Pod) {
		p.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsNonRoot: new(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}}
		for i := range p.Spec.Containers {
			p.Spec.Containers[i].SecurityContext = &corev1.SecurityContext{
				AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			}
		}
	}
	pod := mustCreate(t, makePod(namespace, withSteps(), cloning(twoRepositories), restricted))
	require.Equal(t, int64(65532), *pod.Spec.InitContainers[0].SecurityContext.RunAsUser)
	require.Equal(t, new(true), pod.Spec.InitContainers[0].SecurityContext.RunAsNonRoot)

	open := makePod(namespace, withSteps(), cloning(twoRepositories))
	require.ErrorContains(t, admin.Create(t.Context(), open), "violates PodSecurity", "the namespace accepts any Pod, which shows nothing")
}

// The API server refuses a Pod whose containers ask for more than the Pod as a whole.
func TestAPodThatAsksForLittleAsAWholeIsAccepted(t *testing.T) {
	pod := makePod(makeNamespace(t, optedIn), withSteps(), cloning(twoRepositories))
	little := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("50m"), corev1.ResourceMemory: resource.MustParse("64Mi")}
	pod.Spec.Resources = &corev1.ResourceRequirements{Requests: little}
	mustCreate(t, pod)
	require.Equal(t, "64Mi", pod.Spec.InitContainers[0].Resources.Requests.Memory().String())
	require.Equal(t, "50m", pod.Spec.InitContainers[0].Resources.Requests.Cpu().String())
}

func TestAJobAndADeploymentAskForRepositoriesOfTheirPods(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	job := makeJob(namespace, withSteps())
	metav1.SetMetaDataAnnotation(&job.ObjectMeta, contract.AnnotationClone, twoRepositories)
	mustCreate(t, job)
	require.Empty(t, job.Spec.Template.Spec.InitContainers, "its Pods get the cloner")
	pod := makePod(namespace)
	pod.Annotations, pod.Labels = job.Spec.Template.Annotations, nil
	mustCreate(t, pod)
	require.Len(t, orderOfPod(t, pod).Repositories, 2)

	deployment := mustCreate(t, makeDeployment(namespace, cloning(twoRepositories)))
	require.Empty(t, deployment.Spec.Template.Spec.InitContainers, "a Deployment is judged only")
}

func TestMistakesInRepositoriesAreDeniedWithTheirPlace(t *testing.T) {
	namespace := makeNamespace(t, optedIn)
	const wrong = `[{url: "https://me:hunter2@git.example.com/app.git"}, {url: "ext::sh -c id"}, {url: "https://git.example.com/a.git", path: ../a}]`
	for _, tc := range []struct {
		name, path string
		object     client.Object
	}{
		{"a Pod", "metadata", makePod(namespace, withSteps(), cloning(wrong))},
		{"a Job", "spec.template.metadata", makeJob(namespace, withSteps(), cloning(wrong))},
		{"a Deployment", "spec.template.metadata", makeDeployment(namespace, cloning(wrong))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := admin.Create(t.Context(), tc.object)
			require.True(t, apierrors.IsInvalid(err), "%v", err)
			require.ErrorContains(t, err, tc.path+".annotations[orderly.dev/clone]: Invalid value: item 1 (line 1, column 8): the address has a password in it")
			require.ErrorContains(t, err, "item 2 (line 1, column 61): two colons name a program")
			require.ErrorContains(t, err, `"../a": item 3`)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

// Whatever Orderly lets pass, the API server does, too, and the cloner can read.
func TestRepositoriesThatAreAcceptedAreRight(t *testing.T) {
	const draws = 300
	namespace := makeNamespace(t, optedIn)
	accepted := 0
	for seed := range uint64(draws) {
		d := drawer{rand.New(rand.NewPCG(seed, 2))}
		pod := d.cloningPod(t, namespace)
		err := admin.Create(t.Context(), pod, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
		if err != nil {
			require.ErrorContains(t, err, `admission webhook "pods.orderly.dev" denied the request`, "seed %d: %s", seed, pod.Annotations)
			continue
		}
		accepted++
		orderOfPod(t, pod)
		requireSettled(t, pod)
	}
	require.Greater(t, accepted, draws/4, "most were denied, which shows nothing")
	require.Less(t, accepted, draws, "none was denied, which shows that nothing wrong was drawn")
}

// cloningPod draws a Pod that asks for repositories.
func (d drawer) cloningPod(t *testing.T, namespace string) *corev1.Pod {
	t.Helper()
	text, err := json.Marshal(d.repositories())
	require.NoError(t, err)
	pod := makePod(namespace, cloning(string(text)))
	if d.IntN(2) == 0 {
		pod = makePod(namespace, withSteps(), cloning(string(text)))
	}
	for name, value := range map[string]string{
		contract.AnnotationWorkspace:   d.from([]string{"/workspace", "/a b", "/ü/雪", "/$(HOME)", "/srv"}, []string{"/", "/a:b", "/builder/x", "x", "/a\nb", "/data/x"}),
		contract.AnnotationEnvPrefix:   d.from([]string{"A", "a_", "_", "ORDERLY__", "ACTION_JOB_TRIGGER"}, []string{"1", "", "a-b", "ü", strings.Repeat("A", 64)}),
		contract.AnnotationSSHHostKeys: d.from([]string{"strict", "accept-new"}, []string{"no", ""}),
		contract.AnnotationCompat:      d.from([]string{"git-events-runner", "[git-events-runner]"}, []string{"tekton"}),
	} {
		if d.IntN(3) == 0 {
			pod.Annotations[name] = value
		}
	}
	if d.IntN(3) == 0 {
		pod.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsUser: new(int64(d.IntN(3))), FSGroup: new(int64(d.IntN(3)))}
	}
	if d.IntN(3) == 0 {
		pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: d.from([]string{"GIT_CONFIG_COUNT", "OUT"}, []string{"ORDERLY_WORKDIR", "A_WORKDIR"}), Value: "1"}}
	}
	return pod
}

func (d drawer) repositories() []any {
	var list []any
	for range 1 + d.IntN(3) {
		entry := map[string]any{"url": d.from(
			[]string{"https://git.example/a.git", "http://git.example:8080/b", "git@[::1]:c.git", "ssh://git@git.example/~me/d", "ssh://git.example/ü.git", "https://git.example/%24(X)%C3%BC",
				"https://git.example/" + strings.Repeat("d", 255)},
			[]string{"https://git.example/", "git.example:x", "file:///x", "ext::x", "-x", "https://git.example/a%0ab", "https://git.example/ " + strings.Repeat("d", 256)})}
		if d.IntN(2) == 0 {
			entry["path"] = d.from([]string{"app", ".", "a b", "libs/ü", "$(HOME)", "a$$b", strings.Repeat("p", 255), strings.Repeat("p/", 500) + "p", "a:b", "*", "~"},
				[]string{"/x", "..", "a/../b", ".git", "a/.GIT/b", "-x", "a\nb", "a\u202eb", "a\\b", strings.Repeat("p", 256)})
		}
		if d.IntN(2) == 0 {
			entry[d.from([]string{"ref", "branch", "tag"}, []string{"commit", "rev"})] = d.from(
				[]string{"main", "feature/ü", "a$(X)b", strings.Repeat("0", 40), "a'b\"c", "refs", "a@b"}, []string{"-x", "a..b", "a b", "HEAD", "@{1}", "a\nX=y", "x.lock", ""})
		}
		if d.IntN(2) == 0 {
			entry["secret"] = d.from([]string{"a", "a.b-c", "1", strings.Repeat("a", 253)}, []string{"A", "a_b", "..", "a/b", strings.Repeat("a", 254), "ü"})
		}
		if d.IntN(3) == 0 {
			entry["sparse"] = []string{d.from([]string{"docs", "a b", "ü/x", "$(X)"}, []string{"*", "!x", "../x", "/x", ".", "a\\b"})}
		}
		list = append(list, entry)
	}
	return list
}
