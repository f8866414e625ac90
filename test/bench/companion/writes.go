package main

import (
	"context"

	"golang.org/x/sync/errgroup"

	"orderly.dev/test/bench/figure"
)

const (
	lives = 200
	// livesAtOnce is how many Pods live at the same time.
	livesAtOnce = 20
)

// writes counts what the companion writes while Pods live from creation to end.
func (b *bench) writes(ctx context.Context) error {
	const namespace = "lives"
	if err := b.makeNamespace(ctx, namespace); err != nil {
		return err
	}
	seen, err := watchFlips(ctx, b.client, namespace)
	if err != nil {
		return err
	}
	group, groupContext := errgroup.WithContext(ctx)
	group.SetLimit(livesAtOnce)
	for i := range lives {
		group.Go(func() error { return b.kubelet.live(groupContext, b.plain.make(namespace, i), seen) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := b.quiet(ctx); err != nil {
		return err
	}
	writes, err := b.audit.count(request.writesPod, namespace)
	if err != nil {
		return err
	}
	events, err := b.audit.count(request.makesEvent, namespace)
	show(figure.New("pod_writes_per_pod", float64(writes)/lives, "requests"), figure.New("events_per_pod", float64(events)/lives, "Events"))
	return err
}
