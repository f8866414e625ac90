package timeline_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"orderly.dev/cmd/kubectl-orderly/timeline"
	"orderly.dev/mutate/contract"
	"orderly.dev/mutate/contract/clone"
	"orderly.dev/sidecarstop/podview"
	"orderly.dev/sidecarstop/voice"
)

const commit = "3f786850e387550fdab836ed7e6dc881de23001b"

// makeOrder asks for app, at the branch main, and for docs in the workspace itself.
func makeOrder(t *testing.T) clone.Order {
	t.Helper()
	order := clone.Order{Workspace: "/workspace", EnvPrefix: "ORDERLY_"}
	for _, r := range []struct{ url, ref, path string }{
		{"https://git.example.com/team/app.git", "main", "app"}, {"git@git.example.com:team/docs.git", "", "."},
	} {
		var repository clone.Repository
		var err error
		repository.URL, err = clone.ParseURL(r.url)
		require.NoError(t, err)
		repository.Path, err = clone.ParsePath(r.path)
		require.NoError(t, err)
		if r.ref != "" {
			repository.Ref, err = clone.ParseRef(r.ref)
			require.NoError(t, err)
		}
		order.Repositories = append(order.Repositories, repository)
	}
	return order
}

func makeCloner(t *testing.T) corev1.Container {
	t.Helper()
	return corev1.Container{Name: contract.CloneContainer, Command: []string{contract.ToolsCloner}, Args: []string{makeOrder(t).Encode()}}
}

// The companion loop and this program tell of the same repositories, before and after the annotation is there.
func TestTheSourcesAreTheCompanions(t *testing.T) {
	said := clone.Report{Sources: []clone.Source{
		{RefType: "branch", RefName: "main", Commit: commit}, {RefType: "ref", RefName: "HEAD", Commit: commit},
	}}.Text()
	asked := []clone.Checkout{
		{Path: "app", URL: "https://git.example.com/team/app.git", RefType: "ref", RefName: "main"},
		{Path: ".", URL: "git@git.example.com:team/docs.git", RefType: "ref", RefName: "HEAD"},
	}
	found := []clone.Checkout{
		{Path: "app", URL: "https://git.example.com/team/app.git", RefType: "branch", RefName: "main", Commit: commit},
		{Path: ".", URL: "git@git.example.com:team/docs.git", RefType: "ref", RefName: "HEAD", Commit: commit},
	}
	terminated := func(code int32, message string) corev1.ContainerState {
		return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: kubeletsWord(code), Message: message}}
	}
	isRunning, never := corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}, corev1.ContainerState{}
	for _, tc := range []struct {
		name        string
		state, last corev1.ContainerState
		want        []clone.Checkout
	}{
		{"it said what it found", terminated(0, said), never, found},
		{"its report was cut behind the first line", terminated(0, said[:len(said)-1-len(commit)]), never, []clone.Checkout{found[0], asked[1]}},
		{"its report was cut in the first line", terminated(0, said[:len(commit)]), never, asked},
		{"it said nothing", terminated(0, ""), never, asked},
		{"a report about more repositories", terminated(0, said+said), never, asked},
		{"a report of one that failed", terminated(1, said), never, nil},
		{"it runs", isRunning, never, nil},
		{"nobody knows", never, never, nil},
		{"it runs again, after a reboot", isRunning, terminated(0, said), found},
		{"it is to run again", corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "PodInitializing"}}, terminated(0, said), found},
		{"it runs again, after it failed", isRunning, terminated(1, said), nil},
		{"it failed, after it had ended well", terminated(1, said), terminated(0, said), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod := makeAgreedPod(terminated(0, ""))
			pod.Spec.InitContainers = []corev1.Container{makeCloner(t)}
			pod.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: contract.CloneContainer, State: tc.state, LastTerminationState: tc.last}}
			require.Equal(t, tc.want, timeline.FromPod(pod, time.Unix(20, 0)).Sources, "without the annotation")
			text := voice.Tell(podview.Of(pod), time.Unix(20, 0)).Annotations[contract.AnnotationResult]
			var published struct{ Sources []clone.Checkout }
			require.NoError(t, json.Unmarshal([]byte(text), &published))
			require.Equal(t, tc.want, published.Sources, "the companion")
			pod.Annotations[contract.AnnotationResult] = text
			require.Equal(t, tc.want, timeline.FromPod(pod, time.Unix(20, 0)).Sources)
		})
	}
}
