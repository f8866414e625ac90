package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

const (
	few  = 1_000
	many = 10_000
)

// bench is a cluster with a replica of the companion.
type bench struct {
	*cluster
	kubelet kubelet
	// binary is the companion's.
	binary string
	// replica is the one that leads, standby another one while there are two.
	replica, standby *replica
	// plain is a Pod that waits for its sidecar only, waiting one that also waits for the Service theService.
	plain, waiting template
	// present are the Pods that are there all the time. They wait for theService and for their sidecars.
	present *crowd
}

// theService is what Pods wait for.
const theService = "mariadb"

func run(ctx context.Context, binary string) (err error) {
	plain, err1 := makeTemplate("")
	waiting, err2 := makeTemplate(theService)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	c, err := startCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	b := &bench{
		cluster: c, kubelet: kubelet{c.client}, binary: binary, plain: plain, waiting: waiting,
		present: &crowd{namespace: "present", template: waiting},
	}
	if b.replica, err = b.startReplica(ctx, binary, "companion-a"); err != nil {
		return err
	}
	if err := b.measure(ctx); err != nil {
		return errors.Join(err, b.abandon(ctx))
	}
	return b.replica.end(syscall.SIGTERM)
}

// abandon ends the replicas after something went wrong. That one is not ready, or has ended, explains much.
func (b *bench) abandon(ctx context.Context) error {
	var problems []error
	for _, r := range []*replica{b.replica, b.standby} {
		if r != nil {
			problems = append(problems, r.ready(ctx), r.end(syscall.SIGKILL))
		}
	}
	return errors.Join(problems...)
}

// measure makes one measurement after the other, so that none disturbs another.
func (b *bench) measure(ctx context.Context) error {
	if err := b.makeCrowd(ctx, b.present, 0, progress{}); err != nil {
		return err
	}
	for _, m := range []struct {
		what    string
		measure func(context.Context) error
	}{
		{"memory and flips", b.growth},
		{"writes", b.writes},
		{"fail-over", b.failover},
		{"a dependency", b.dependency},
	} {
		begin := time.Now()
		if err := m.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", m.what, err)
		}
		fmt.Fprintf(os.Stderr, "%s: measured in %.0f s\n", m.what, time.Since(begin).Seconds())
	}
	return nil
}
