package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"orderly.dev/test/bench/pods"
)

const (
	inFlight   = 50
	containers = 5
)

type bench struct {
	client kubernetes.Interface
	pods   int
}

// creation is one kind of creation that is compared. Its name is that of its namespace.
type creation struct{ name string }

// round creates the Pods and removes them.
func (b *bench) round(ctx context.Context, c creation) (sample, error) {
	before, err := usedCPU()
	if err != nil {
		return sample{}, err
	}
	took, err := b.createAll(ctx, c)
	if err != nil {
		return sample{}, err
	}
	after, err := usedCPU()
	if err != nil {
		return sample{}, err
	}
	slices.Sort(took)
	return sample{p50: milliseconds(took[len(took)/2]), cpu: milliseconds(after-before) / float64(len(took))}, b.empty(ctx, c)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// createAll returns what each creation took.
func (b *bench) createAll(ctx context.Context, c creation) ([]time.Duration, error) {
	took := make([]time.Duration, b.pods)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(inFlight)
	for i := range took {
		group.Go(func() error {
			start := time.Now()
			created, err := b.create(ctx, c)
			took[i] = time.Since(start)
			if err == nil && isRewritten(created) != slices.Contains(rewriting, c.name) {
				err = fmt.Errorf("the command of %s is %q", created.Name, created.Spec.Containers[0].Command)
			}
			return err
		})
	}
	return took, group.Wait()
}

func (b *bench) create(ctx context.Context, c creation) (*corev1.Pod, error) {
	return b.client.CoreV1().Pods(c.name).Create(ctx, pods.Written(containers), metav1.CreateOptions{})
}

// empty removes the Pods at once: they were never on a node.
func (b *bench) empty(ctx context.Context, c creation) error {
	return b.client.CoreV1().Pods(c.name).DeleteCollection(ctx, *metav1.NewDeleteOptions(0), metav1.ListOptions{})
}
