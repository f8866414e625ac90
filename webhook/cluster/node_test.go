package cluster

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"
)

// makeNode gives a node that says about itself what is given.
func makeNode(name, kubelet, runtime string) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Status: corev1.NodeStatus{NodeInfo: corev1.NodeSystemInfo{
			KubeletVersion: kubelet, ContainerRuntimeVersion: runtime, OperatingSystem: "linux",
		}},
	}
}

func makeNewNode(name string) *corev1.Node { return makeNode(name, "v1.37.1", "containerd://2.4.2") }

func makeOldNode(name string) *corev1.Node { return makeNode(name, "v1.34.9", "containerd://2.4.2") }

func TestNodesThatMountImages(t *testing.T) {
	for _, tc := range []struct {
		name, kubelet, runtime string
		want                   bool
	}{
		{"the oldest that can", "v1.35.0", "containerd://2.1.0", true},
		{"newer ones", "v2.0.0", "containerd://3.0.1", true},
		{"of a distribution", "v1.36.2+k3s1", "containerd://2.1.5-k3s1", true},
		{"of a cloud", "v1.35.1-gke.1005000", "containerd://2.1.3", true},
		{"built by hand", "v1.37.1", "containerd://2.4.2+unknown", true},
		{"an older kubelet", "v1.34.9", "containerd://2.1.0", false},
		{"an older containerd", "v1.35.0", "containerd://2.0.7", false},
		{"the first containerd", "v1.35.0", "containerd://1.7.30", false},
		{"another runtime", "v1.35.0", "cri-o://1.35.0", false},
		{"a virtual kubelet", "v1.35.0-vk-azure-aci-1.6.2", "", false},
		{"a kubelet without a version", "v0.0.0-master+$Format:%H$", "containerd://2.1.0", false},
		{"a runtime without a version", "v1.35.0", "containerd://unknown", false},
		{"a node that said nothing yet", "", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, mountsImages(makeNode("n", tc.kubelet, tc.runtime)))
		})
	}
}

func TestEveryNodeThatTakesPodsMustMountImages(t *testing.T) {
	cordoned := makeOldNode("cordoned")
	cordoned.Spec.Unschedulable = true
	windows := makeNode("windows", "v1.37.1", "containerd://1.7.1")
	windows.Status.NodeInfo.OperatingSystem = "windows"
	for _, tc := range []struct {
		name  string
		nodes []*corev1.Node
		want  bool
	}{
		{"no node is known", nil, false},
		{"one that can", []*corev1.Node{makeNewNode("a")}, true},
		{"all of two can", []*corev1.Node{makeNewNode("a"), makeNewNode("b")}, true},
		{"one of two cannot", []*corev1.Node{makeNewNode("a"), makeOldNode("b")}, false},
		{"the one that cannot is cordoned", []*corev1.Node{makeNewNode("a"), cordoned}, true},
		{"only a cordoned one", []*corev1.Node{cordoned}, false},
		{"the one that cannot runs Windows", []*corev1.Node{makeNewNode("a"), windows}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := newNodes()
			for _, node := range tc.nodes {
				n.OnAdd(node, true)
			}
			require.Equal(t, tc.want, n.imageVolumes())
		})
	}
}

func TestWhatNodesCanIsNotedWhenTheyChange(t *testing.T) {
	n := newNodes()
	n.OnAdd(makeNewNode("a"), true)
	n.OnAdd(makeOldNode("b"), true)
	require.False(t, n.imageVolumes())

	n.OnUpdate(makeOldNode("b"), makeNewNode("b"))
	require.True(t, n.imageVolumes(), "b was upgraded")

	n.OnUpdate(makeNewNode("a"), makeOldNode("a"))
	n.OnUpdate(makeOldNode("a"), makeOldNode("a"))
	require.False(t, n.imageVolumes(), "a was put back")

	n.OnDelete(toolscache.DeletedFinalStateUnknown{Key: "a"})
	require.True(t, n.imageVolumes(), "a has vanished unseen")

	n.OnDelete(makeNewNode("b"))
	n.OnDelete(makeNewNode("b"))
	require.False(t, n.imageVolumes(), "no node is left")
}
