package registry

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/singleflight"
)

// share asks once for all who want to know the same at the same time. The key must tell apart those who have different credentials.
// The question outlives the one who asked first: if his request is given up, the others still get their answer.
func share[T any](next asker[T], key func(query) string, deadline time.Duration) asker[T] {
	group := &singleflight.Group{}
	return func(ctx context.Context, q query) (T, error) {
		began := time.Now()
		flight := group.DoChan(key(q), func() (answer any, err error) {
			own, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadline)
			defer cancel()
			// Nobody above would catch a panic here, and what is read comes from strangers.
			defer func() {
				if caught := recover(); caught != nil {
					err = &failure{broken, fmt.Sprintf("reading the registry's answer panicked: %s", short(fmt.Sprint(caught)))}
				}
			}()
			return next(own, q)
		})
		select {
		case landed := <-flight:
			answer, _ := landed.Val.(T)
			return answer, landed.Err
		case <-ctx.Done():
			return *new(T), explain(ctx.Err(), q.ref.Context().RegistryStr(), time.Since(began))
		}
	}
}
