package mutate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
)

// commit is a whole hash.
var commit = strings.Repeat("0123456789", 4)

// What is written in the annotations is what the cloner reads.
func TestTheClonerReadsWhatTheAnnotationsSay(t *testing.T) {
	const inWorkspace = `],"workspace":"/workspace","envPrefix":"ORDERLY_"`
	for _, tc := range []struct {
		name        string
		annotations map[string]string
		want        string
	}{
		{"an address alone", map[string]string{"clone": "- url: https://git.example.com/team/app.git"},
			`{"repositories":[{"url":"https://git.example.com/team/app.git","path":"app","depth":1}` + inWorkspace + `}`},
		{"all that can be said about one", map[string]string{
			"clone":         "- {url: 'git@host:app', ref: refs/tags/v1, path: ., secret: key, depth: 0, submodules: true, sparse: [docs, tools/x], keepGit: false}",
			"workspace":     "/src",
			"env-prefix":    "BUILD",
			"ssh-host-keys": "accept-new",
			"compat":        "git-events-runner",
		}, `{"repositories":[{"url":"git@host:app","ref":"tag:v1","path":".","secret":"key","submodules":true,"sparse":["docs","tools/x"],"removeGit":true}],` +
			`"workspace":"/src","envPrefix":"BUILD_","sshHostKeys":"accept-new","gitEventsRunner":true}`},
		{"each way to say what is checked out", map[string]string{"clone": "[{url: git://h/a, ref: main}, {url: git://h/b, branch: main}, {url: git://h/c, tag: 1.10}, " +
			"{url: git://h/d, commit: " + strings.Repeat("AB", 20) + "}, {url: git://h/e, ref: refs/pull/1/head}, {url: git://h/f, ref: '" + commit + "'}]"},
			`{"repositories":[{"url":"git://h/a","ref":"any:main","path":"a","depth":1},{"url":"git://h/b","ref":"branch:main","path":"b","depth":1},` +
				`{"url":"git://h/c","ref":"tag:1.10","path":"c","depth":1},{"url":"git://h/d","ref":"commit:` + strings.Repeat("ab", 20) + `","path":"d","depth":1},` +
				`{"url":"git://h/e","ref":"ref:refs/pull/1/head","path":"e","depth":1},{"url":"git://h/f","ref":"commit:` + commit + `","path":"f","depth":1}` + inWorkspace + `}`},
		{"texts that look like other YAML", map[string]string{"clone": "- {url: https://h/null, ref: true, path: 1e3, secret: 0x1f, sparse: [null, 1.0], depth: 2}"},
			`{"repositories":[{"url":"https://h/null","ref":"any:true","path":"1e3","secret":"0x1f","depth":2,"sparse":["null","1.0"]}` + inWorkspace + `}`},
		{"what is the default", map[string]string{
			"clone": "- {url: https://h/a, depth: 1, submodules: false, keepGit: true}", "env-prefix": "ORDERLY_", "ssh-host-keys": "strict", "workspace": "/workspace",
		}, `{"repositories":[{"url":"https://h/a","path":"a","depth":1}` + inWorkspace + `,"sshHostKeys":"strict"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makePod("a", "a")
			for name, text := range tc.annotations {
				pod.Annotations[contract.Prefix+name] = text
			}
			order, cloner := orderOf(t, mustMutate(t, pod, makeConfig()))
			require.Equal(t, []string{tc.want}, cloner.Args)
			require.Equal(t, tc.want, order.Encode())
		})
	}
}

// A password that somebody wrote into an annotation is in no message: those end in Events, which more people read.
func TestNoMessageShowsAPassword(t *testing.T) {
	for _, entry := range []string{
		"{url: https://me:hunter2@h/a}", "{url: https://hunter2@h/a}", "{url: hunter2@h/a}", "{url: 'git:hunter2@h:a'}", "{url: 'https://h/a?token=hunter2'}",
		"{url: hunter2}", "{url: 'https://h:hunter2/a'}", "{url: 'hunter2://h/a'}", "{url: https://me:80/hunter2@h/a}", "{url: [https://hunter2@h/a]}", "{url: {a: hunter2}}",
		"https://me:hunter2@h/a", "https://me:hunter2@h/a: {ref: main}", "{https://me:hunter2@h/a: main}", "{url: https://h/a, password: hunter2}",
		"{url: https://h/a, secret: Hunter2_hunter2}", "{url: https://h/a, secret: {password: hunter2}}", "{url: git://h/a, secret: hunter2}",
		"{url: 'https://me:hunter2@h/a", "{url: *hunter2",
	} {
		for _, text := range []string{"[" + entry + "]", "- " + entry, entry} {
			pod := makePod("a", "a")
			pod.Annotations[contract.AnnotationClone] = text
			_, errs := mutate.Pod(pod, makeConfig(), mutate.Facts{})
			require.NotEmpty(t, errs, text)
			require.NotContains(t, strings.ToLower(errs.ToAggregate().Error()), "hunter2", text)
		}
	}
}

// Whatever somebody writes, it is denied, or the cloner takes it.
func FuzzTheClonerTakesWhatIsNotDenied(f *testing.F) {
	f.Add("- {url: https://h/a, ref: main, path: ., secret: s, depth: 2, submodules: true, sparse: [a, b], keepGit: false}\n- url: git@h:b", "BUILD", "accept-new", "/src", "git-events-runner")
	f.Add("[{url: 'https://h/a', path: '\\u202e'}]", "_", "strict", "/w/\u202e", "kubernetes-entrypoint, git-events-runner")
	f.Add("- {url: ext::sh, ref: --upload-pack=x, path: ../a}\n- *a", "1", "", "/", "")
	f.Fuzz(func(t *testing.T, repositories, prefix, hostKeys, workspace, compat string) {
		pod := makePod("a", "a")
		for name, text := range map[string]string{
			contract.AnnotationClone: repositories, contract.AnnotationEnvPrefix: prefix, contract.AnnotationSSHHostKeys: hostKeys,
			contract.AnnotationWorkspace: workspace, contract.AnnotationCompat: compat,
		} {
			if text != "" {
				pod.Annotations[name] = text
			}
		}
		got, accepted := tryMutate(t, pod, makeConfig())
		if _, asked := pod.Annotations[contract.AnnotationClone]; !accepted || !asked {
			return
		}
		order, cloner := orderOf(t, got)
		require.Equal(t, []string{contract.ToolsCloner}, cloner.Command)
		require.NotEmpty(t, order.Repositories)
		require.LessOrEqual(t, len(order.Repositories), clone.MaxRepositories)
		requireNoExpansion(t, got.Spec.Containers[0].Env)
	})
}

// requireNoExpansion demands that the kubelet finds no variable in what admission wrote, in a Pod whose user wrote none.
func requireNoExpansion(t *testing.T, env []corev1.EnvVar) {
	t.Helper()
	for _, e := range env {
		require.NotContains(t, strings.ReplaceAll(e.Value, "$$", ""), "$(", e.Name)
	}
}
