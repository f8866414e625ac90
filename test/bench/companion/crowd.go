package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// inFlight is how many Pods are made at the same time.
const inFlight = 50

// crowd are Pods of one namespace.
type crowd struct {
	namespace string
	template  template
	pods      []*corev1.Pod
}

// grow adds Pods up to that size, and reports them as far as p.
func (b *bench) grow(ctx context.Context, c *crowd, size int, p progress) error {
	from := len(c.pods)
	for i := from; i < size; i++ {
		c.pods = append(c.pods, c.template.make(c.namespace, i))
	}
	group, groupContext := errgroup.WithContext(ctx)
	group.SetLimit(inFlight)
	for _, pod := range c.pods[from:] {
		group.Go(func() error {
			if _, err := b.client.CoreV1().Pods(c.namespace).Create(groupContext, pod, metav1.CreateOptions{}); err != nil {
				return err
			}
			return b.kubelet.report(groupContext, pod, p)
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("making the Pods of %s: %w", c.namespace, err)
	}
	return nil
}

// makeCrowd makes a namespace with running Pods, whose sidecars are not ready unless p says so.
func (b *bench) makeCrowd(ctx context.Context, c *crowd, size int, p progress) error {
	if err := b.makeNamespace(ctx, c.namespace); err != nil {
		return err
	}
	return b.grow(ctx, c, size, p)
}

// disperse deletes the Pods at once.
func (b *bench) disperse(ctx context.Context, c *crowd) error {
	err := b.client.CoreV1().Pods(c.namespace).DeleteCollection(ctx, *metav1.NewDeleteOptions(0), metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("deleting the Pods of %s: %w", c.namespace, err)
	}
	return nil
}

// part gives the Pods of one of several rounds.
func (c *crowd) part(round, size int) *crowd {
	return &crowd{namespace: c.namespace, template: c.template, pods: c.pods[round*size : (round+1)*size]}
}

// quiet waits until the companion has asked nothing for a while, longer than the 5 s after which it says what a Pod waits for.
func (b *bench) quiet(ctx context.Context) error {
	const while = 6 * time.Second
	last, since := -1, time.Now()
	return eventually(ctx, "the companion is quiet", func(context.Context) error {
		count, err := b.audit.count(request.isWork, "")
		if err != nil {
			return err
		}
		if count != last {
			last, since = count, time.Now()
		}
		if time.Since(since) < while {
			return fmt.Errorf("it has made %d requests", count)
		}
		return nil
	})
}
