package build

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// DefaultKubernetes is the version that is built when none is asked for.
const DefaultKubernetes = "1.37.1"

// Component is what is built together and kept in one folder.
type Component struct {
	Name     string
	Part     string // folder of its module, relative to the source; "." is this module
	Module   string // whose required version is the component's version; empty for our own
	Programs []Program
	Tags     string
	Versions []string // variables that get "v" + version at link time
	Usual    time.Duration
}

// Program is one executable of a component.
type Program struct {
	Package string
	Name    string
}

const (
	kubernetes = "k8s.io/kubernetes"
	containerd = "github.com/containerd/containerd/v2"
)

// Components are all that a node is built from. Usual is how long each takes on 2 cores, with nothing cached, in this order: the
// first program of Kubernetes compiles most of what the others need too.
func Components() []Component {
	return []Component{
		{
			Name: "pause", Part: ".", Usual: 2 * time.Second,
			Programs: []Program{{"orderly.dev/test/cluster/pause", "pause"}},
		},
		{
			Name: "etcd", Part: "parts/etcd", Module: "go.etcd.io/etcd/server/v3", Usual: time.Minute,
			Programs: []Program{{"go.etcd.io/etcd/server/v3", "etcd"}},
		},
		kubernetesProgram("kube-apiserver", 4*time.Minute),
		kubernetesProgram("kubelet", 90*time.Second),
		kubernetesProgram("kube-controller-manager", time.Minute),
		kubernetesProgram("kube-scheduler", 20*time.Second),
		kubernetesProgram("kube-proxy", 20*time.Second),
		kubernetesProgram("kubectl", 30*time.Second),
		{
			Name: "containerd", Part: "parts/containerd", Module: containerd, Usual: time.Minute,
			Programs: []Program{
				{containerd + "/cmd/containerd", "containerd"},
				{containerd + "/cmd/ctr", "ctr"},
				{containerd + "/cmd/containerd-shim-runc-v2", "containerd-shim-runc-v2"},
			},
			Tags: "no_btrfs,no_devmapper,no_zfs", Versions: []string{containerd + "/version.Version"},
		},
		{
			Name: "registry", Part: "parts/registry", Module: "github.com/distribution/distribution/v3", Usual: 30 * time.Second,
			Programs: []Program{{"github.com/distribution/distribution/v3/cmd/registry", "registry"}},
			Versions: []string{"github.com/distribution/distribution/v3/version.version"},
		},
	}
}

func kubernetesProgram(name string, usual time.Duration) Component {
	return Component{
		Name: name, Part: "parts/kubernetes", Module: kubernetes, Usual: usual,
		Programs: []Program{{path.Join(kubernetes, "cmd", name), name}},
		Versions: []string{"k8s.io/component-base/version.gitVersion", "k8s.io/client-go/pkg/version.gitVersion"},
	}
}

// linkerFlags set the version that the program reports. Kubernetes compares the versions of its parts, and decides by that of the
// node what it can do; without this it is v0.0.0-master.
func (c Component) linkerFlags(version string) string {
	flags := []string{"-s", "-w"}
	for _, variable := range c.Versions {
		flags = append(flags, "-X", variable+"="+version)
	}
	if c.Module == kubernetes {
		numbers := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
		for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
			flags = append(flags,
				"-X", fmt.Sprintf("%s.gitMajor=%s", pkg, numbers[0]),
				"-X", fmt.Sprintf("%s.gitMinor=%s", pkg, numbers[1]),
				"-X", fmt.Sprintf("%s.gitCommit=go-module-%s", pkg, version),
				"-X", fmt.Sprintf("%s.gitTreeState=clean", pkg))
		}
	}
	return strings.Join(flags, " ")
}
