package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"orderly.dev/mutate/contract/clone"
)

// atOnce is how many repositories are cloned side by side: each has a few processes, and the node's disk and network are shared.
const atOnce = 4

// cloner clones the repositories of an order.
type cloner struct {
	order clone.Order
	at    layout
	// around is what the container has.
	around surroundings
	// patience with a server that cannot be reached.
	patience patience
	// silence is how long git may say nothing.
	silence time.Duration
	// lastWords is how long the others may go on when one repository has failed: enough to find out that they fail as well, too short to
	// fetch much for nothing.
	lastWords time.Duration
	log       *journal

	slots chan struct{}
	// placed has a channel for each repository, which is closed when it is in its place or never will be.
	placed []chan struct{}
	// placing is held by who moves a tree: makeParents looks before it acts.
	placing sync.Mutex
}

// result is what became of one repository.
type result struct {
	source clone.Source
	err    error
}

// errOther stops a repository because another one failed.
var errOther = errors.New("another repository failed")

// run puts all repositories in their places, in parallel, and returns what became of each. Those that have a record it leaves as they are.
func (c *cloner) run(ctx context.Context, records map[int]record) []result {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]result, len(c.order.Repositories))
	c.slots = make(chan struct{}, atOnce)
	c.placed = make([]chan struct{}, len(results))
	for i := range results {
		c.placed[i] = make(chan struct{})
	}
	var all sync.WaitGroup
	for i, r := range c.order.Repositories {
		if found, ok := records[i]; ok {
			c.log.tell(string(r.Path), fmt.Sprintf("at %s (%s %s), as it was left", found.Source.Commit, found.Source.RefType, found.Source.RefName))
			results[i].source = found.Source
			close(c.placed[i])
			continue
		}
		all.Go(func() {
			defer close(c.placed[i])
			results[i].source, results[i].err = c.one(ctx, i, results)
			if results[i].err != nil {
				time.AfterFunc(c.lastWords, func() { cancel(errOther) })
			}
		})
	}
	all.Wait()
	return results
}

// complete does the last step for what was complete when the cloner was killed.
func (c *cloner) complete(records map[int]record) error {
	for _, i := range outermostFirst(c.order.Repositories) {
		found, ok := records[i]
		if !ok {
			continue
		}
		if exists(c.at.treeOf(found.Part)) {
			if err := c.at.place(found.Part, c.order.Repositories[i].Path); err != nil {
				return err
			}
		}
		if err := os.RemoveAll(filepath.Join(c.at.part, found.Part)); err != nil {
			return fmt.Errorf("removing what is half done: %w", err)
		}
	}
	return nil
}

// one clones a repository, waits until the one around it is in its place, and puts it into its own.
func (c *cloner) one(ctx context.Context, i int, results []result) (clone.Source, error) {
	began := time.Now()
	r := c.order.Repositories[i]
	part, err := os.MkdirTemp(c.at.part, strconv.Itoa(i)+"-*")
	if err != nil {
		return clone.Source{}, fmt.Errorf("making a directory for the tree: %w", err)
	}
	m, err := c.clone(ctx, i, filepath.Base(part))
	if err == nil {
		err = c.awaitOuter(i, results)
	}
	if err == nil {
		err = c.keep(i, record{Repository: r, Source: m.source, Part: filepath.Base(part)})
	}
	if err != nil {
		return clone.Source{}, errors.Join(err, os.RemoveAll(part))
	}
	c.log.tell(string(r.Path), fmt.Sprintf("at %s (%s %s), %d files, %.1f s", m.source.Commit, m.source.RefType, m.source.RefName,
		m.files, time.Since(began).Seconds()))
	return m.source, nil
}

// clone makes the tree while it has one of the slots.
func (c *cloner) clone(ctx context.Context, i int, part string) (made, error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return made{}, &failure{kind: stopped, what: "stopped: " + context.Cause(ctx).Error()}
	}
	r := c.order.Repositories[i]
	c.log.tell(string(r.Path), fmt.Sprintf("cloning %s (%s)", r.URL, wanted(r.Ref)))
	j := job{
		repository: r, tree: c.at.treeOf(part), private: filepath.Join(c.at.private, strconv.Itoa(i)), secrets: c.at.secrets,
		around: c.around, patience: c.patience, silence: c.silence, log: c.log,
	}
	return j.run(ctx)
}

// wanted is what the log calls a ref before the server was asked.
func wanted(r clone.Ref) string {
	switch r.Kind {
	case "":
		return headRef
	case clone.AnyRef:
		return "branch or tag " + r.Name
	default:
		return string(r.Kind) + " " + r.Name
	}
}

// awaitOuter waits for the repository around this one. When that failed, this one has no place.
func (c *cloner) awaitOuter(i int, results []result) error {
	outer := outerOf(c.order.Repositories, i)
	if outer == none {
		return nil
	}
	<-c.placed[outer]
	if results[outer].err != nil {
		return &failure{kind: stopped, what: fmt.Sprintf("stopped: it goes into %s, which failed", c.order.Repositories[outer].Path)}
	}
	return nil
}

// keep writes down that a tree is complete, and moves it to its place.
func (c *cloner) keep(i int, r record) error {
	c.placing.Lock()
	defer c.placing.Unlock()
	if err := c.at.checkFree(r.Repository.Path); err != nil {
		return err
	}
	if err := c.at.saveRecord(i, r); err != nil {
		return err
	}
	err := c.at.place(r.Part, r.Repository.Path)
	if err != nil && exists(c.at.treeOf(r.Part)) {
		// With a record and without its tree the next start would take it for complete.
		return errors.Join(err, os.Remove(c.at.recordFile(i)))
	}
	return err
}
