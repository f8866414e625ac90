package registry

import (
	"context"
	"time"
)

// maxAtOnce bounds the requests to registries at a time, in all admission requests together: with it the answers that are in memory
// need at most 2 × 32 × [maxAnswer].
const maxAtOnce = 32

// limit lets so many questions run at a time.
func limit[T any](next asker[T], slots chan struct{}) asker[T] {
	return func(ctx context.Context, q query) (T, error) {
		began := time.Now()
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			return next(ctx, q)
		case <-ctx.Done():
			return *new(T), explain(ctx.Err(), q.ref.Context().RegistryStr(), time.Since(began))
		}
	}
}
