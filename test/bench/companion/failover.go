package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/test/bench/figure"
)

// failures are the ways in which a leader ends.
var failures = []struct {
	name   string
	signal syscall.Signal
	rounds int
	// pods are how many get ready meanwhile, one every 100 ms.
	pods int
}{
	{"term", syscall.SIGTERM, 5, 40},
	{"kill", syscall.SIGKILL, 3, 150},
}

const failoverInterval = 100 * time.Millisecond

// failover measures how long it takes until another replica acts.
func (b *bench) failover(ctx context.Context) error {
	var err error
	if b.standby, err = b.startReplica(ctx, b.binary, "companion-b"); err != nil {
		return err
	}
	for _, f := range failures {
		c := &crowd{namespace: "failover-" + f.name, template: b.plain}
		if err := b.makeCrowd(ctx, c, f.rounds*f.pods, progress{}); err != nil {
			return err
		}
		if err := b.quiet(ctx); err != nil {
			return err
		}
		var took []time.Duration
		for i := range f.rounds {
			one, err := b.takeOver(ctx, c.part(i, f.pods), f.signal)
			if err != nil {
				return fmt.Errorf("%v, round %d: %w", f.signal, i, err)
			}
			took = append(took, one)
		}
		show(figure.New("failover_"+f.name+"_s", median(took, time.Duration.Seconds), "s"))
	}
	lease, err := b.lease(ctx)
	if err != nil {
		return err
	}
	show(figure.New("companion_lease_s", float64(*lease.Spec.LeaseDurationSeconds), "s"))
	err = b.standby.end(syscall.SIGTERM)
	b.standby = nil
	return err
}

// takeOver ends the leader while Pods get ready, and measures until the standby has acted. Then that is the leader, and the other one is started
// again.
func (b *bench) takeOver(ctx context.Context, c *crowd, signal syscall.Signal) (time.Duration, error) {
	if err := eventually(ctx, b.replica.name+" leads", b.leads); err != nil {
		return 0, err
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	seen, err := watchFlips(watching, b.client, c.namespace)
	if err != nil {
		return 0, err
	}
	group, groupContext := errgroup.WithContext(watching)
	begin := time.Now()
	group.Go(func() error { return b.replica.end(signal) })
	group.Go(func() error { return b.sayReadySlowly(groupContext, c) })
	acted, err := seen.awaitWriter(ctx, b.standby.name)
	stop()
	if err := errors.Join(err, ignoreCancelled(group.Wait())); err != nil {
		return 0, err
	}
	ended := b.replica.name
	b.replica, b.standby = b.standby, nil
	b.standby, err = b.startReplica(ctx, b.binary, ended)
	return acted.Sub(begin), err
}

// sayReadySlowly lets one Pod after the other get ready, so that the leader finds work until its end, and the next one as soon as it leads.
func (b *bench) sayReadySlowly(ctx context.Context, c *crowd) error {
	for _, pod := range c.pods {
		if err := b.kubelet.report(ctx, pod, progress{ready: true}); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(failoverInterval):
		}
	}
	return nil
}

// ignoreCancelled drops the error of a patch that was under way when nobody wanted it any more.
func ignoreCancelled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (b *bench) leads(ctx context.Context) error {
	lease, err := b.lease(ctx)
	if err != nil {
		return err
	}
	if holder := *lease.Spec.HolderIdentity; holder != b.replica.name {
		return fmt.Errorf("the Lease is held by %q", holder)
	}
	return nil
}

func (b *bench) lease(ctx context.Context) (*coordinationv1.Lease, error) {
	return b.client.CoordinationV1().Leases(systemSpace).Get(ctx, companionAccount, metav1.GetOptions{})
}
