package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// A user's Job builds from two private repositories, one over ssh, one over https from a company's own authority, with settings that are merged of two
// ConfigMaps and a Secret. Its steps find everything in place, know what they build, and the Pod tells it afterwards.
func TestJobBuildsFromTwoPrivateRepositories(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	git.createSecrets(t, namespace)
	createConfigMap(t, namespace, "common", map[string]string{"color": "red", "size": "small"})
	createConfigMap(t, namespace, "team", map[string]string{"size": "large", "level": "info"})
	createSecret(t, namespace, "credentials", corev1.SecretTypeOpaque, map[string]string{"level": "debug"})
	job := makeJob("verify, build, publish",
		gitStep("verify", "pwd; git rev-parse HEAD; git status --porcelain; git -C ../vendor/lib rev-parse HEAD"),
		shell("build", "env | grep ^ORDERLY_ | sort; cat src/main.go ../vendor/lib/lib.h > out; cat /props/color /props/size /props/level >> out"),
		shell("publish", "cat out"))
	ask(job, contract.AnnotationProjected, "- {path: /props, sources: [{configMap: common}, {configMap: team}, {secret: credentials}]}")
	ask(job, contract.AnnotationClone, fmt.Sprintf(`
- {url: %q, ref: main, secret: ssh}
- {url: %q, ref: v1.0, path: vendor/lib, secret: https}
`, git.ssh("app"), git.https("lib")))
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobComplete)

	pod, app, lib := getPod(t, namespace), git.commit(t, "app", "main"), git.commit(t, "lib", "v1.0")
	require.Equal(t, "/workspace/app\n"+app+"\n"+lib+"\n", logs(t, pod, "verify"))
	require.Equal(t, strings.Join([]string{
		"ORDERLY_SOURCE_APP_COMMIT=" + app, "ORDERLY_SOURCE_APP_REF_NAME=main", "ORDERLY_SOURCE_APP_REF_TYPE=branch", "ORDERLY_SOURCE_APP_URL=" + git.ssh("app"),
		"ORDERLY_SOURCE_COMMIT=" + app, "ORDERLY_SOURCE_REF_NAME=main", "ORDERLY_SOURCE_REF_TYPE=branch", "ORDERLY_SOURCE_URL=" + git.ssh("app"),
		"ORDERLY_SOURCE_VENDOR_LIB_COMMIT=" + lib, "ORDERLY_SOURCE_VENDOR_LIB_REF_NAME=v1.0", "ORDERLY_SOURCE_VENDOR_LIB_REF_TYPE=tag",
		"ORDERLY_SOURCE_VENDOR_LIB_URL=" + git.https("lib"), "ORDERLY_WORKDIR=/workspace/app",
	}, "\n")+"\n", logs(t, pod, "build"))
	require.Equal(t, appSource+libHeader+"redlargedebug", logs(t, pod, "publish"))
	requireSources(t, pod, fmt.Sprintf(`[
		{"path": "app", "url": %q, "refType": "branch", "refName": "main", "commit": %q},
		{"path": "vendor/lib", "url": %q, "refType": "tag", "refName": "v1.0", "commit": %q}]`, git.ssh("app"), app, git.https("lib"), lib))
	story := tellStory(t, namespace, "job")
	for _, want := range []string{"app", "branch main", app[:7], "vendor/lib", "tag v1.0", lib[:7]} {
		require.Contains(t, story, want)
	}
}

// requireSources requires that the result on the Pod tells what was cloned.
func requireSources(t *testing.T, pod *corev1.Pod, want string) {
	t.Helper()
	pod, _ = resultOf(t, pod)
	var result struct {
		Sources json.RawMessage `json:"sources"`
	}
	require.NoError(t, json.Unmarshal([]byte(pod.Annotations[contract.AnnotationResult]), &result))
	require.JSONEq(t, want, string(result.Sources), pod.Annotations[contract.AnnotationResult])
}

// A Job that comes from git-events-runner finds the variables of that tool, under exactly their names.
func TestStepsFindTheVariablesOfGitEventsRunner(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	job := makeJob("show", shell("show", "env | grep ^ACTION_ | sort"))
	job.Annotations = map[string]string{ // on the Job itself, and so for its Pods
		contract.AnnotationCompat: "git-events-runner", contract.AnnotationClone: fmt.Sprintf("- {url: %q, tag: v2}", git.open("app")),
	}
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobComplete)

	require.Equal(t, strings.Join([]string{
		"ACTION_JOB_TRIGGER_SOURCE_COMMIT=" + git.commit(t, "app", "v2"), "ACTION_JOB_TRIGGER_SOURCE_KIND=GitRepo", "ACTION_JOB_TRIGGER_SOURCE_NAME=app",
		"ACTION_JOB_TRIGGER_SOURCE_NAMESPACE=" + namespace, "ACTION_JOB_TRIGGER_SOURCE_REF_NAME=v2", "ACTION_JOB_TRIGGER_SOURCE_REF_TYPE=tag",
		"ACTION_JOB_WORKDIR=/workspace/app",
	}, "\n")+"\n", logs(t, getPod(t, namespace), "show"))
}

// Repositories lie where their user wants them: one as the workspace itself, another in it, with variables of another name, without .git.
func TestRepositoriesLieWhereTheirUserWantsThem(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	job := makeJob("look", gitStep("look", "pwd; cat src/main.go libs/x/lib.h; test ! -e libs/x/.git; git rev-parse HEAD; env | grep COMMIT | sort"))
	for annotation, value := range map[string]string{
		contract.AnnotationClone: fmt.Sprintf(`
- {url: %q, path: libs/x, keepGit: false, commit: %s}
- {url: %q, path: ., depth: 0, branch: main}
`, git.open("lib"), git.commit(t, "lib", "v1.0"), git.open("app")),
		contract.AnnotationWorkspace: "/src", contract.AnnotationEnvPrefix: "CI",
	} {
		ask(job, annotation, value)
	}
	job.Spec.Template.Spec.Containers[0].WorkingDir = "/src"
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobComplete)

	app, lib := git.commit(t, "app", "main"), git.commit(t, "lib", "v1.0")
	require.Equal(t, "/src\n"+appSource+libHeader+app+"\n"+strings.Join([]string{
		"CI_SOURCE_APP_COMMIT=" + app, "CI_SOURCE_COMMIT=" + lib, "CI_SOURCE_LIBS_X_COMMIT=" + lib,
	}, "\n")+"\n", logs(t, getPod(t, namespace), "look"))
}

// A Pod builds from as many repositories as are possible. The result tells of all of them.
func TestResultTellsOfAsManyRepositoriesAsArePossible(t *testing.T) {
	t.Parallel()
	namespace, git := makeNamespace(t), gitServers(t)
	var steps []corev1.Container
	for i := range 3 {
		steps = append(steps, shell(fmt.Sprint("s", i), "true"))
	}
	var entries, want []string
	commit := git.commit(t, "app", "main")
	for i := range clone.MaxRepositories {
		path := fmt.Sprintf("number%02d", i)
		entries = append(entries, fmt.Sprintf("- {url: %q, path: %s}\n", git.open("app"), path))
		want = append(want, fmt.Sprintf(`{"path": %q, "url": %q, "refType": "branch", "refName": "main", "commit": %q}`, path, git.open("app"), commit))
	}
	job := ask(makeJob("["+strings.Join(containerNames(steps), ", ")+"]", steps...), contract.AnnotationClone, strings.Join(entries, ""))
	createJob(t, namespace, job)

	waitForJob(t, namespace, batchv1.JobComplete)

	requireSources(t, getPod(t, namespace), "["+strings.Join(want, ",")+"]")
}
