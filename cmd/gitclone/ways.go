package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// tryWays takes the first way, and when it ends in a kind of failure that leads to another one, the next that is for it.
func (j job) tryWays(ctx context.Context, g git, ways []way) error {
	last := fine
	var err error
	for i, w := range ways {
		if w.after != last || i > 0 && last == fine {
			continue
		}
		if w.note != "" {
			j.tell(w.note)
		}
		if err = j.take(ctx, g, w); err == nil {
			return nil
		}
		last = kindOf(err)
	}
	if last == notThereYet {
		return &failure{kind: commitGone, what: titles[notThereYet]}
	}
	return err
}

// take runs the commands of one way.
func (j job) take(ctx context.Context, g git, w way) error {
	for i, c := range w.commands {
		if i == 1 && w.remove != "" {
			if err := os.RemoveAll(filepath.Join(j.tree, w.remove)); err != nil {
				return fmt.Errorf("removing what another attempt left: %w", err)
			}
		}
		if _, err := j.patience.try(ctx, g, c); err != nil {
			return err
		}
	}
	if w.seeks == "" {
		return nil
	}
	_, err := g.run(ctx, offline("cat-file", "-e", w.seeks+"^{commit}"))
	if k := kindOf(err); err != nil && k != stopped && k != silent {
		return &failure{kind: notThereYet}
	}
	return err
}
