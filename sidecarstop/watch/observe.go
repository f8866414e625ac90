package watch

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// observed is a ListWatch that tells the objects how opening a watch goes. A reflector tells nobody that a watch is open, nor of errors after which
// it tries again by itself. But a list alone proves nothing: where the companion may list and not watch, what was listed would be shown for a
// second, withdrawn, and shown again.
func (r *runner) observed(inner *cache.ListWatch) *cache.ListWatch {
	observing := *inner
	observing.WatchFuncWithContext = func(ctx context.Context, options metav1.ListOptions) (apiwatch.Interface, error) {
		watching, err := inner.WatchFuncWithContext(ctx, options)
		switch {
		case err == nil:
			r.objects.open()
		case ctx.Err() == nil && isTriedAgain(err):
			r.fail(err)
		}
		return watching, err
	}
	return &observing
}

// isTriedAgain reports whether a reflector tries again without an end (k8s.io/client-go, tools/cache/reflector.go, isWatchErrorRetriable). After
// other errors it lists, and returns those that the list meets, or the watch after it.
func isTriedAgain(err error) bool {
	return utilnet.IsConnectionRefused(err) || apierrors.IsTooManyRequests(err)
}
