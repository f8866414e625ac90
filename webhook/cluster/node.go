package cluster

import (
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/version"
	toolscache "k8s.io/client-go/tools/cache"
)

// The oldest versions that mount an image as a volume without anything being switched on. Other runtimes than containerd count
// as unable: some mount an empty directory, and nothing tells them apart.
var (
	oldestKubelet    = version.MustParseGeneric("1.35")
	oldestContainerd = version.MustParseGeneric("2.1")
)

const containerd = "containerd://"

// mountsImages reports whether a node can mount an image as a volume, going by what its kubelet says about itself. A virtual kubelet names
// no runtime.
func mountsImages(node *corev1.Node) bool {
	info := node.Status.NodeInfo
	runtime, isContainerd := strings.CutPrefix(info.ContainerRuntimeVersion, containerd)
	return isContainerd && isAtLeast(info.KubeletVersion, oldestKubelet) && isAtLeast(runtime, oldestContainerd)
}

// isAtLeast takes a version that cannot be read for an old one. What follows the numbers, such as -rc.1 or +k3s1, does not count.
func isAtLeast(text string, oldest *version.Version) bool {
	v, err := version.ParseGeneric(text)
	return err == nil && v.AtLeast(oldest)
}

// takesPods reports whether a Pod of ours can be put on a node now or later: not while it is cordoned, and never on Windows.
func takesPods(node *corev1.Node) bool {
	return !node.Spec.Unschedulable && node.Status.NodeInfo.OperatingSystem != "windows"
}

// nodes notes which nodes that take Pods can mount images. It is told of every change.
type nodes struct {
	mu sync.Mutex
	// able holds the nodes that take Pods.
	able map[string]bool
	// unable counts those of them that cannot.
	unable int
}

var _ toolscache.ResourceEventHandler = (*nodes)(nil)

func newNodes() *nodes { return &nodes{able: map[string]bool{}} }

// imageVolumes is false also where no node is known: the other way works everywhere.
func (n *nodes) imageVolumes() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.able) > 0 && n.unable == 0
}

// OnAdd implements [toolscache.ResourceEventHandler].
func (n *nodes) OnAdd(object any, _ bool) {
	node, isNode := object.(*corev1.Node)
	if !isNode {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forget(node.Name)
	if !takesPods(node) {
		return
	}
	can := mountsImages(node)
	n.able[node.Name] = can
	if !can {
		n.unable++
	}
}

// OnUpdate implements [toolscache.ResourceEventHandler].
func (n *nodes) OnUpdate(_, object any) { n.OnAdd(object, false) }

// OnDelete implements [toolscache.ResourceEventHandler]. The object may be only the note that a node vanished.
func (n *nodes) OnDelete(object any) {
	name, err := toolscache.DeletionHandlingMetaNamespaceKeyFunc(object)
	if err != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forget(name)
}

func (n *nodes) forget(name string) {
	if can, known := n.able[name]; known && !can {
		n.unable--
	}
	delete(n.able, name)
}
