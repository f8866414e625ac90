package webhook

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"
)

// DrainPeriod is how long the webhook goes on serving after it was told to stop, while it is no longer ready: so long it may take
// until every API server sends its requests to another replica (the Pod leaves the Service's endpoints, and kube-proxy
// learns of that). Requests that are in flight afterwards are still answered.
const DrainPeriod = 5 * time.Second

// Drain parts the order to stop from stopping.
type Drain struct {
	stopping atomic.Bool
}

// Context returns a context that ends a period after the given one has, and makes the drain begin when the given one ends.
func (d *Drain) Context(stop context.Context, period time.Duration) context.Context {
	stopped, cancel := context.WithCancel(context.WithoutCancel(stop))
	context.AfterFunc(stop, func() {
		d.stopping.Store(true)
		time.AfterFunc(period, cancel)
	})
	return stopped
}

// Ready is a readiness check that fails from the order to stop on.
func (d *Drain) Ready(*http.Request) error {
	if d.stopping.Load() {
		return errors.New("stopping")
	}
	return nil
}

// Registry makes each handler close its connection after the next answer once the order to stop is given. API servers keep their
// connections open, and would otherwise stay with this replica until the end, and lose the request that meets it.
func (d *Drain) Registry(next Registry) Registry {
	return RegistryFunc(func(path string, handler http.Handler) {
		next.Register(path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if d.stopping.Load() {
				w.Header().Set("Connection", "close")
			}
			handler.ServeHTTP(w, r)
		}))
	})
}
