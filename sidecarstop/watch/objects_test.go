package watch

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.dev/sidecarstop/gate"
)

// An attempt works when it has listed and watches, in whatever order; what another attempt did proves nothing.
func TestWhatIsShownIsProvedByOneAttempt(t *testing.T) {
	changes, total := 0, atomic.Int64{}
	o := newObjects(reducing(gate.Interest{}), &total, func(...part) { changes++ })
	list := func() { require.NoError(t, o.Replace([]any{job("migrate", 1)}, "1")) }
	begin := func() { o.begin(func(error) {}) }
	nothing := func() (any, bool) { return gate.Seen{}, false }
	obstructed := func() (any, bool) { return gate.Seen{Obstacle: "rights"}, true }
	shown := func() (any, bool) {
		return gate.Seen{Objects: []metav1.Object{o.kept["default/migrate"]}}, true
	}
	for _, step := range []struct {
		name    string
		do      func()
		want    func() (any, bool)
		changes int
	}{
		{"nothing was done", func() {}, nothing, 0},
		{"it watches", func() { begin(); o.open() }, nothing, 0},
		{"and has listed", list, shown, 1},
		{"it may no more", func() { o.fail(obstacle{text: "rights"}) }, obstructed, 2},
		{"it still may not", func() { o.fail(obstacle{text: "rights"}) }, obstructed, 2},
		{"the next attempt watches", func() { begin(); o.open() }, obstructed, 2},
		{"and has listed the same", list, shown, 3},
		{"the server is away", func() { o.fail(obstacle{text: "away", passes: true}) }, shown, 3},
		{"the next attempt lists and may not watch", func() { begin(); list(); o.fail(obstacle{text: "rights"}) }, obstructed, 4},
		{"the one after that lists", func() { begin(); list() }, obstructed, 4},
		{"and watches", o.open, shown, 5},
	} {
		step.do()
		want, known := step.want()
		seen, listed := o.seen(everything)
		require.Equal(t, known, listed, step.name)
		require.Equal(t, want, seen, step.name)
		require.Equal(t, step.changes, changes, step.name)
	}
}
