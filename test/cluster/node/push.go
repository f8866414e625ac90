package node

import (
	"context"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"orderly.dev/test/cluster/host"
	"orderly.dev/test/cluster/image"
)

// Push makes an image of a folder, puts it into the node's registry and has the node pull it. It returns name@digest.
func (n *Node) Push(ctx context.Context, spec image.Spec) (string, error) {
	d, err := n.describe()
	if err != nil {
		return "", err
	}
	if d.Kubernetes == "" {
		return "", fmt.Errorf("no node is up that could take %s: `up` starts one", spec.Name)
	}
	n.programs = d.Programs
	files, err := image.Walk(spec.Folder)
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", fmt.Errorf("%s is empty: an image of it would hold nothing", spec.Folder)
	}
	made, err := image.New(files, spec.Settings)
	if err != nil {
		return "", err
	}
	return n.push(ctx, spec.Name, made)
}

// push also pulls: a Pod with the pull policy IfNotPresent, the default for tags like `dev`, would otherwise run what the node
// pulled under the same name before.
func (n *Node) push(ctx context.Context, name string, made v1.Image) (string, error) {
	reference := image.In(Registry, name)
	pushed, err := image.Push(ctx, reference, made)
	if err != nil {
		return "", err
	}
	return pushed, n.ctr(ctx, "images", "pull", "--hosts-dir", n.config("registries"), reference)
}

// pushTestImages gives the node the workloads that tests use.
func (n *Node) pushTestImages(ctx context.Context) error {
	files, err := image.Busybox(ctx, host.Busybox)
	if err != nil {
		return err
	}
	for _, workload := range image.TestImages {
		made, err := image.New(files, workload.Settings)
		if err != nil {
			return err
		}
		if _, err := n.push(ctx, workload.Name, made); err != nil {
			return err
		}
	}
	return nil
}
