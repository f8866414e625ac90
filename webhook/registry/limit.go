package registry

import (
	"context"
	"fmt"
)

const (
	// maxAtOnce bounds the questions to registries at a time, in all admission requests together: with it the answers that are in
	// memory need at most 2 × 16 × [maxAnswer], and what becomes of them, by [maxValues], less than 100 MiB.
	maxAtOnce = 16
	// maxOfRegistry bounds those to one registry, so that one that hangs leaves room for the others.
	maxOfRegistry = 8
)

// limit lets no more questions run at a time than there are slots.
func limit[T any](next asker[T], slots *slots) asker[T] {
	return func(ctx context.Context, q query) (T, error) {
		host := q.ref.Context().RegistryStr()
		leave, entered := slots.enter(ctx, host)
		if !entered {
			return *new(T), &failure{unasked, fmt.Sprintf("the webhook had no time to ask registry %s, because of other images: try again", host)}
		}
		defer leave()
		return next(ctx, q)
	}
}
