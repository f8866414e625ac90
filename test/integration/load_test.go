package integration

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// creator creates Pods that ask, without pause, until it is asked how that went.
type creator struct {
	cancel  context.CancelFunc
	done    sync.WaitGroup
	mu      sync.Mutex
	created int
	failed  []error
}

// keepCreating creates Pods in the background, so many at a time, each by dry-run and so through the whole admission.
func keepCreating(t *testing.T, atATime int) *creator {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	c := &creator{cancel: cancel}
	namespace := makeNamespace(t, optedIn)
	for range atATime {
		c.done.Go(func() {
			for ctx.Err() == nil {
				c.create(ctx, namespace)
			}
		})
	}
	return c
}

func (c *creator) create(ctx context.Context, namespace string) {
	pod := makePod(namespace, withSteps())
	err := admin.Create(ctx, pod, client.DryRunAll)
	if ctx.Err() != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.created++
	if err != nil {
		c.failed = append(c.failed, err)
	}
}

// count is how many Pods were created so far.
func (c *creator) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.created
}

// requireNoFailure goes on for a second, stops, and asserts that every Pod was created.
func (c *creator) requireNoFailure(t *testing.T) {
	t.Helper()
	more, end := c.count(), time.Now().Add(time.Second)
	eventually(t, "Pods are created for another second", func() error {
		if time.Now().Before(end) || c.count() <= more {
			return errNotYet
		}
		return nil
	})
	c.cancel()
	c.done.Wait()
	require.Empty(t, c.failed, "of %d creations", c.created)
}
