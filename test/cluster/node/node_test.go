//go:build node

// This test starts and stops the one node of this machine. It needs root and takes minutes, so it is built only when it is asked for:
//
//	go test -tags node -timeout 30m -v ./node

package node

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/test/cluster/build"
	"orderly.dev/test/cluster/host"
)

// workload is a Pod that runs until it is stopped, with what leaves traces: a volume in memory, one of an image, two containers.
const workload = `
apiVersion: v1
kind: Pod
metadata: {name: workload}
spec:
  volumes:
  - {name: memory, emptyDir: {medium: Memory}}
  - {name: tools, image: {reference: "10.89.0.1:5000/test/busybox:dev"}}
  containers:
  - name: sleeper
    image: 10.89.0.1:5000/test/sleeper:dev
  - name: shell
    image: 10.89.0.1:5000/test/busybox:dev
    command: [/tools/bin/sh, -c, "nc -w 5 10.96.0.1 443 </dev/null && echo reached the API; exec sleep 1000"]
    volumeMounts: [{name: memory, mountPath: /memory}, {name: tools, mountPath: /tools}]
`

func TestNodeStartsAndStopsTwiceAndLeavesNothingWhateverIsKilled(t *testing.T) {
	n := makeNode(t)
	require.NoError(t, n.Up(t.Context()), "a first start, which installs and builds what is missing")
	require.NoError(t, n.Down(t.Context()))
	before := look(t)

	t.Run("a Pod runs, its log comes, and it reaches the API server's Service", func(t *testing.T) {
		require.NoError(t, n.Up(t.Context()))
		runWorkload(t, n)
		require.Eventually(t, func() bool {
			return strings.Contains(kubectl(t, n, "", "logs", "workload", "-c", "shell"), "reached the API")
		}, 10*time.Second, 100*time.Millisecond)
	})
	t.Run("a second up leaves a healthy node alone", func(t *testing.T) {
		first := n.components()
		require.NoError(t, n.Up(t.Context()))
		require.Equal(t, first, n.components())
	})
	t.Run("down leaves nothing", func(t *testing.T) {
		require.NoError(t, n.Down(t.Context()))
		requireSame(t, before)
		require.NoError(t, n.Down(t.Context()), "a second down has nothing to do")
	})
	for _, victim := range append(slices.Clone(stopOrder), "containerd-shim-runc-v2", "everything") {
		t.Run("down leaves nothing after kill -9 of "+victim, func(t *testing.T) {
			require.NoError(t, n.Up(t.Context()))
			runWorkload(t, n)
			kill(t, n, victim)
			require.NoError(t, n.Down(t.Context()))
			requireSame(t, before)
		})
	}
	t.Run("up replaces a node that lost a part", func(t *testing.T) {
		require.NoError(t, n.Up(t.Context()))
		runWorkload(t, n)
		kill(t, n, "containerd")
		require.NoError(t, n.Up(t.Context()))
		runWorkload(t, n)
		require.NoError(t, n.Down(t.Context()))
		requireSame(t, before)
	})
	t.Run("down leaves nothing after kill -9 of up itself, at any moment", func(t *testing.T) {
		for _, moment := range []time.Duration{100, 200, 400, 800, 1600, 3200} {
			t.Logf("after %d ms", moment)
			killUp(t, moment*time.Millisecond)
			require.NoError(t, n.Down(t.Context()))
			requireSame(t, before)
		}
	})
}

func makeNode(t *testing.T) *Node {
	t.Helper()
	cache, err := build.CacheFolder()
	require.NoError(t, err)
	n, err := New(DefaultLayout, build.Builder{Cache: cache, Kube: build.DefaultKubernetes, Out: os.Stderr}, os.Stderr)
	require.NoError(t, err)
	return n
}

func runWorkload(t *testing.T, n *Node) {
	t.Helper()
	kubectl(t, n, workload, "apply", "-f", "-")
	kubectl(t, n, "", "wait", "--for=condition=Ready", "pod/workload", "--timeout=60s")
}

func kubectl(t *testing.T, n *Node, input string, args ...string) string {
	t.Helper()
	path, err := n.Kubectl(t.Context())
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), n.KubectlEnv()...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "kubectl %v: %s", args, out)
	return string(out)
}

// kill ends all processes of one program of the node, or all of the node, without warning.
func kill(t *testing.T, n *Node, program string) {
	t.Helper()
	marked, err := host.Marked(n.State)
	require.NoError(t, err)
	killed := 0
	for _, process := range marked {
		name, _, _ := strings.Cut(process.Command(), " ")
		if program == "everything" || filepath.Base(name) == program {
			require.NoError(t, process.Signal(syscall.SIGKILL))
			killed++
		}
	}
	require.NotZero(t, killed, "no %s is running", program)
}

// killUp runs an up of its own process and kills it.
func killUp(t *testing.T, after time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHelperUp$")
	cmd.Env = append(os.Environ(), "CLUSTER_HELPER_UP=1")
	require.NoError(t, cmd.Start())
	<-time.After(after)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
}

// TestHelperUp is no test but the up that killUp kills.
func TestHelperUp(t *testing.T) {
	if os.Getenv("CLUSTER_HELPER_UP") == "" {
		return
	}
	require.NoError(t, makeNode(t).Up(t.Context()))
	<-t.Context().Done()
}

// machine is all of this machine that a node changes.
type machine struct {
	Processes  []string // those in a network namespace that is not this one's
	Mounts     []string
	Namespaces []string
	Cgroups    []string
	Links      string
	Routes     string
	IPTables   string
	Sysctls    map[string]string
	Folders    []string
}

// requireSame requires that nothing of a node is left, and nothing else is gone. Others use the machine too: what they have for a moment
// only is given time to go.
func requireSame(t *testing.T, before machine) {
	t.Helper()
	now, late := look(t), time.After(10*time.Second)
	for !reflect.DeepEqual(before, now) {
		select {
		case <-late:
			require.Equal(t, before, now)
		case <-time.After(200 * time.Millisecond):
			now = look(t)
		}
	}
}

func look(t *testing.T) machine {
	t.Helper()
	m := machine{
		Processes: foreignProcesses(t),
		Links:     output(t, "ip", "-brief", "link"),
		Routes:    output(t, "ip", "route"),
		IPTables:  counters.ReplaceAllString(output(t, "iptables-save"), ""),
		Sysctls:   map[string]string{},
	}
	mounts, err := host.Mounts()
	require.NoError(t, err)
	for _, mount := range mounts {
		if ofSystemd.MatchString(mount.Path) {
			continue
		}
		m.Mounts = append(m.Mounts, fmt.Sprintf("%s %s", mount.Type, mount.Path))
	}
	m.Namespaces, _ = filepath.Glob("/run/netns/*")
	for _, hierarchy := range host.Hierarchies(mounts) {
		// The first level only: a node's cgroups are there, and those below belong to programs that come and go.
		found, err := os.ReadDir(hierarchy.Path)
		require.NoError(t, err)
		for _, entry := range found {
			if path := filepath.Join(hierarchy.Path, entry.Name()); entry.IsDir() && !ofSystemd.MatchString(path) {
				m.Cgroups = append(m.Cgroups, path)
			}
		}
	}
	for _, name := range outside.Sysctls {
		content, _ := os.ReadFile(filepath.Join("/proc/sys", name))
		m.Sysctls[name] = string(content)
	}
	for _, pattern := range []string{"/var/lib/kubelet*", "/var/log/containers*", "/var/log/pods*", "/var/lib/cni*",
		"/run/containerd*", "/run/orderly*", "/opt/*", "/var/lib/orderly-node/*", "/run/nri*", "/usr/libexec/kubernetes*"} {
		found, _ := filepath.Glob(pattern)
		m.Folders = append(m.Folders, found...)
	}
	return m
}

// ofSystemd matches what comes and goes with logins and timers where systemd runs.
var ofSystemd = regexp.MustCompile(`\.(slice|scope|service|mount|socket)(/|$)|^/run/(user|credentials)/`)

// counters are what differs between two calls of iptables-save: times and counts.
var counters = regexp.MustCompile(`(?m)^#.*$|\[\d+:\d+\]`)

func foreignProcesses(t *testing.T) []string {
	t.Helper()
	own, err := os.Readlink("/proc/self/ns/net")
	require.NoError(t, err)
	namespaces, err := filepath.Glob("/proc/[0-9]*/ns/net")
	require.NoError(t, err)
	var found []string
	for _, path := range namespaces {
		if namespace, err := os.Readlink(path); err == nil && namespace != own {
			command, _ := os.ReadFile(strings.Replace(path, "ns/net", "cmdline", 1))
			found = append(found, fmt.Sprintf("%s %q", path, command))
		}
	}
	return found
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	require.NoError(t, err)
	return string(out)
}
