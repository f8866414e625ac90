package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"orderly.dev/cmd/kubectl-orderly/timeline"
)

// view shows how things stand, again and again.
type view interface {
	// show is called after each change, and every second where the view moves and something runs.
	show(all []found, now time.Time) error
	// end is called once, last, also when somebody interrupts.
	end(all []found, now time.Time) error
	// warn says what is wrong with the connection; the empty text takes that back.
	warn(problem string) error
	// moves reports whether time alone changes what is shown.
	moves() bool
}

// follower shows scopes until all have ended.
type follower struct {
	client kubernetes.Interface
	scopes []scope
	view   view
	now    func() time.Time

	watched []*watched
	say     signals
}

// run ends without an error when everything succeeded, with one that says what failed, and with the context's where that ended.
func (f *follower) run(ctx context.Context) error {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	f.say = newSignals()
	for _, s := range f.scopes {
		w, err := s.start(watching, f.client, f.say)
		if err != nil {
			return err
		}
		f.watched = append(f.watched, w)
	}
	if err := f.waitForSync(ctx); err != nil {
		return err
	}
	all, err := f.follow(ctx)
	if err != nil {
		return errors.Join(f.view.end(all, f.now()), err)
	}
	// The Job's watch may be ahead of that of its Pods; one more look sees both at the end.
	if last, readErr := readAll(ctx, f.client, f.scopes); readErr == nil && !isLess(last, all) {
		all = last
	}
	return errors.Join(f.view.end(all, f.now()), failures(all))
}

// isLess reports whether something has gone since: a Job with a ttl may be deleted as soon as it has ended.
func isLess(last, all []found) bool {
	for i := range last {
		if last[i].job == nil && all[i].job != nil || len(last[i].pods) < len(all[i].pods) {
			return true
		}
	}
	return false
}

func (f *follower) waitForSync(ctx context.Context) error {
	for _, w := range f.watched {
		for _, synced := range w.synced() {
			select {
			case <-synced:
			case err := <-f.say.broken:
				return explainWatch(w.scope, err)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// explainWatch adds the way out where rights are missing.
func explainWatch(s scope, err error) error {
	if isFinal(err) {
		return fmt.Errorf("watching %s: %w; --watch needs the rights to list and watch jobs and pods, without it get and list are enough", s, err)
	}
	return fmt.Errorf("watching %s: %w", s, err)
}

// follow shows every change until all have ended, and gives what was shown last.
func (f *follower) follow(ctx context.Context) ([]found, error) {
	resized, stop := resizes()
	defer stop()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		all := f.found()
		if haveEnded(all) {
			return all, nil
		}
		if err := f.view.show(all, f.now()); err != nil {
			return all, err
		}
		var tick <-chan time.Time
		if f.view.moves() && someRun(all) {
			tick = second.C
		}
		select {
		case <-tick:
		case <-resized:
		case <-f.say.changed:
			if err := f.view.warn(""); err != nil {
				return all, err
			}
		case err := <-f.say.broken:
			if isFinal(err) {
				return all, explainWatch(f.scopes[0], err)
			}
			if err := f.view.warn(timeline.OneLine("the watch broke and is tried again: " + err.Error())); err != nil {
				return all, err
			}
		case <-ctx.Done():
			return all, ctx.Err()
		}
	}
}

func (f *follower) found() []found {
	all := make([]found, len(f.watched))
	for i, w := range f.watched {
		all[i] = w.found()
	}
	return all
}

func haveEnded(all []found) bool {
	return !slices.ContainsFunc(all, func(f found) bool {
		state, _ := f.outcome()
		return state == running
	})
}

// someRun reports whether there is a Pod whose bars or waits grow.
func someRun(all []found) bool {
	return slices.ContainsFunc(all, func(f found) bool {
		return slices.ContainsFunc(f.pods, func(p corev1.Pod) bool {
			return p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed
		})
	})
}

// failures is an error that names what failed, where everything has ended.
func failures(all []found) error {
	var sentences []string
	for _, f := range all {
		if state, why := f.outcome(); state == failed {
			sentences = append(sentences, why)
		}
	}
	if len(sentences) == 0 {
		return nil
	}
	return errors.New(strings.Join(sentences, "; "))
}
