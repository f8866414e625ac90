package e2e

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.dev/mutate/contract"
)

// projectedOfAllKinds is one directory of every kind of source, which all containers see, and one that only the container "read" sees.
const projectedOfAllKinds = `
- path: /props
  sources:
  - configMap: common
  - {configMap: team, items: {brownies: recipe.txt, size: size}}
  - {configMap: nowhere, optional: true}
  - {secret: nowhere, optional: true}
  - secret: credentials
  - downward: {pod: metadata.name, namespace: metadata.namespace}
  - token: {audience: vault, expirationSeconds: 3600}
  mode: "0444"
- path: /etc/own
  sources: [{secret: credentials}]
  for: [read]
`

// createSources creates what projectedOfAllKinds names.
func createSources(t *testing.T, namespace string) {
	t.Helper()
	createConfigMap(t, namespace, "common", map[string]string{"color": "red", "size": "small", "level": "info"})
	createConfigMap(t, namespace, "team", map[string]string{"brownies": "bake", "size": "large", "unnamed": "x"})
	createSecret(t, namespace, "credentials", corev1.SecretTypeOpaque, map[string]string{"level": "debug", "password": "s3cret"})
}

// listProps says a file of /props in each line, with its mode and its content; of the token, the part that says whose it is.
const listProps = `cd /props && for f in *; do case $f in token) what=$(cut -d. -f2 token);; *) what=$(cat $f);; esac; echo "$f $(stat -Lc %a $f) $what"; done`

// A Pod of any restartPolicy finds the files of many ConfigMaps and Secrets in one directory, where later ones win, and cannot change them.
func TestPodFindsItsFilesInOneDirectory(t *testing.T) {
	t.Parallel()
	for _, policy := range []corev1.RestartPolicy{corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure, corev1.RestartPolicyAlways} {
		t.Run(string(policy), func(t *testing.T) {
			t.Parallel()
			namespace := makeNamespace(t)
			createSources(t, namespace)
			pod := makeReader(policy, projectedOfAllKinds,
				shell("read", listProps+"; cat /etc/own/password; ! touch /props/new 2>/dev/null && echo end"),
				shell("other", "ls /props | wc -l; test ! -e /etc/own && echo end"))

			pod = awaitSaid(t, createPod(t, namespace, pod), "end\n")

			lines := strings.Split(logs(t, pod, "read"), "\n")
			require.Equal(t, []string{
				"color 444 red", "level 444 debug", "namespace 444 " + namespace, "password 444 s3cret", "pod 444 " + pod.Name,
				"recipe.txt 444 bake", "size 444 large",
			}, lines[:7])
			requireToken(t, strings.TrimPrefix(lines[7], "token 444 "), namespace)
			require.Equal(t, []string{"s3cretend", ""}, lines[8:], "and nothing can be written there")
			require.Equal(t, "8\nend\n", logs(t, pod, "other"))
		})
	}
}

// makeReader is a Pod with that annotation. Its containers are steps one after the other, or, where they are restarted always, run on.
func makeReader(policy corev1.RestartPolicy, projected string, containers ...corev1.Container) *corev1.Pod {
	pod := podOf(makeJob("read, other", containers...))
	pod.Spec.RestartPolicy = policy
	pod.Annotations[contract.AnnotationProjected] = projected
	if policy == corev1.RestartPolicyAlways {
		delete(pod.Annotations, contract.AnnotationSteps)
		for i := range pod.Spec.Containers {
			pod.Spec.Containers[i].Command[2] += "; exec sleep 1000000"
		}
	}
	return pod
}

// awaitSaid waits until every container of a Pod has said something that ends so.
func awaitSaid(t *testing.T, pod *corev1.Pod, end string) *corev1.Pod {
	t.Helper()
	return awaitPod(t, pod, "every container to say "+end, func(p *corev1.Pod) bool {
		for _, c := range pod.Spec.Containers {
			if s := p.Status.ContainerStatuses; len(s) == 0 || !allStarted(p) || !strings.HasSuffix(logs(t, p, c.Name), end) {
				return isOver(p) // what it said instead is told by the assertions
			}
		}
		return true
	})
}

// requireToken requires that the second part of a token of the Pod's ServiceAccount was made for the audience "vault".
func requireToken(t *testing.T, payload, namespace string) {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(payload)
	require.NoError(t, err, payload)
	var claims struct {
		Audience []string `json:"aud"`
		Subject  string   `json:"sub"`
	}
	require.NoError(t, json.Unmarshal(text, &claims))
	require.Equal(t, []string{"vault"}, claims.Audience)
	require.Equal(t, "system:serviceaccount:"+namespace+":default", claims.Subject)
}

// A ConfigMap changes while a server runs. Its file does, too, when the kubelet next looks at the Pod: here at once, because the Pod changed as well.
func TestChangeOfAConfigMapShowsInTheFile(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	createConfigMap(t, namespace, "settings", map[string]string{"level": "info"})
	pod := makeReader(corev1.RestartPolicyAlways, "- {path: /settings, sources: [{configMap: settings}]}",
		shell("read", "cat /settings/level; echo; until grep -q debug /settings/level; do sleep 0.1; done; cat /settings/level; echo"))
	pod = awaitSaid(t, createPod(t, namespace, pod), "info\n")
	_, err := client.CoreV1().ConfigMaps(namespace).Patch(t.Context(), "settings", types.MergePatchType, []byte(`{"data": {"level": "debug"}}`), metav1.PatchOptions{})
	require.NoError(t, err)

	waitFor(t, "the change to show in the file", func() (bool, string) {
		touch(t, pod)
		said := logs(t, pod, "read")
		return said == "info\ndebug\n", said
	})
}

// touch changes a Pod in what means nothing, so that the kubelet looks at it.
func touch(t *testing.T, pod *corev1.Pod) {
	t.Helper()
	now, err := client.CoreV1().Pods(pod.Namespace).Get(t.Context(), pod.Name, metav1.GetOptions{})
	require.NoError(t, err)
	patch := `{"metadata": {"annotations": {"example.com/touched": "` + now.ResourceVersion + `"}}}`
	_, err = client.CoreV1().Pods(pod.Namespace).Patch(t.Context(), pod.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	require.NoError(t, err)
}

// Files belong to root. A mode that lets only their owner read them is warned about where the step runs as somebody else, with reason.
func TestModeThatTheStepsUserCannotReadIsWarnedAbout(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	createSecret(t, namespace, "credentials", corev1.SecretTypeOpaque, map[string]string{"password": "s3cret"})
	pod := makeReader(corev1.RestartPolicyNever, `- {path: /own, sources: [{secret: credentials}], mode: "0400"}`,
		shell("read", "stat -Lc %a /own/password; cat /own/password 2>&1; id -u"), shell("other", "cat /own/password"))
	pod.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{RunAsUser: new(int64(1000))}
	pod.Spec.Containers[1].SecurityContext = &corev1.SecurityContext{RunAsUser: new(int64(0))}
	pod.TypeMeta, pod.Namespace = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, namespace
	manifest, err := json.Marshal(pod)
	require.NoError(t, err)

	said := mustKubectl(t, string(manifest), "apply", "-n", namespace, "-f", "-")

	require.Regexp(t, `Warning: .*orderly\.dev/projected.*0400`, said)
	warned := regexp.MustCompile(`(?m)^Warning: .*0400.*$`).FindString(said)
	require.Contains(t, warned, "read")
	require.NotContains(t, warned, "other", "root may read it")
	pod = awaitPod(t, pod, "the end of the Pod", isOver)
	require.Equal(t, "400\ncat: can't open '/own/password': Permission denied\n1000\n", logs(t, pod, "read"))
	require.Equal(t, "s3cret", logs(t, pod, "other"))
}

// What is wrong with projected directories is refused when the Job is created, all of it at once.
func TestMistakesInProjectedDirectoriesAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	namespace := makeNamespace(t)
	job := ask(makeJob("build", shell("build", "true")), contract.AnnotationProjected, `
- path: /shared
  sources: [{configMap: a, items: {x: same.txt}}, {secret: b, items: {y: same.txt}}]
- path: /builder/mine
  sources: [{configMap: a}]
  for: [biuld]
`)
	_, err := client.BatchV1().Jobs(namespace).Create(t.Context(), job, createOptions())
	require.Error(t, err)
	for _, want := range []string{
		"spec.template.metadata.annotations[orderly.dev/projected]", "same.txt", "/builder", `"biuld"`, `did you mean "build"?`, "/shared",
	} {
		require.ErrorContains(t, err, want)
	}
}
