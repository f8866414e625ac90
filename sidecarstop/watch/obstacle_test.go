package watch

import (
	"errors"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"orderly.dev/sidecarstop/gate"
)

var foos = schema.GroupResource{Group: "stable.example.com", Resource: "foos"}

func expired() *metav1.Status {
	status := apierrors.NewResourceExpired("too old").Status()
	return &status
}

func forbidden() error { return apierrors.NewForbidden(foos, "", errors.New("the reason has names")) }

func noMatch() error {
	return &meta.NoKindMatchError{GroupKind: schema.GroupKind{Group: foos.Group, Kind: "Foo"}, SearchedVersions: []string{"v1"}}
}

func TestWhatIsInTheWayIsToldAndGoes(t *testing.T) {
	const entry = fooEntry + ", fields: [{key: spec.a, value: b}]"
	const line = "Foo my-foo (spec.a): "
	for _, tc := range []struct {
		name              string
		open, list, watch error
		want              string
	}{
		{"no right at all", nil, forbidden(), forbidden(), "the companion may not list and watch foos.stable.example.com: add it to dependencies.resources of the chart"},
		{"the right to list, and not to watch", nil, nil, forbidden(),
			"the companion may not list and watch foos.stable.example.com: add it to dependencies.resources of the chart"},
		{"no such kind", noMatch(), nil, nil, "there is no kind Foo in stable.example.com/v1 in this cluster"},
		{"the kind is gone", nil, apierrors.NewNotFound(foos, ""), apierrors.NewNotFound(foos, ""), "there is no kind Foo in stable.example.com/v1 in this cluster"},
		{"a kind that cannot be watched", nil, apierrors.NewMethodNotSupported(foos, "list"), apierrors.NewMethodNotSupported(foos, "watch"),
			"foos.stable.example.com are nothing that can be watched"},
		{"a server in trouble", nil, apierrors.NewServiceUnavailable("at 10.0.0.1"), apierrors.NewServiceUnavailable("at 10.0.0.1"),
			"the API server refuses foos.stable.example.com for now (ServiceUnavailable)"},
		{"a server that converts nothing", nil, nil, apierrors.NewInternalError(errors.New("at 10.0.0.1")),
			"the API server refuses foos.stable.example.com for now (InternalError)"},
		{"a server that has too much to do, which the reflector tells nobody", nil, nil, apierrors.NewTooManyRequests("at 10.0.0.1", 1),
			"the API server refuses foos.stable.example.com for now (TooManyRequests)"},
		{"a server that takes no connection, which the reflector tells nobody", nil, nil, syscall.ECONNREFUSED, "the API server does not answer"},
		{"no server", nil, errors.New("dial tcp 10.0.0.1"), errors.New("dial tcp 10.0.0.1"), "the API server does not answer"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inWorld(t, newFakeCluster(foo(map[string]any{"a": "b"})), func(t *testing.T, w *world) {
				w.cluster.refuse(tc.open, tc.list, tc.watch)
				pod, entries := waitingPod("a"), parse(t, entry)
				require.Equal(t, line+tc.want, w.look(t, pod, entries))
				require.Equal(t, map[string]int{"a": 1}, w.told.take())
				pass(5 * time.Minute)
				w.cluster.put(foo(map[string]any{"a": "b", "c": "changed meanwhile"}))
				pass(5 * time.Minute)
				require.Equal(t, line+tc.want, w.now(pod, entries))
				require.Empty(t, w.told.take(), "it is told once")

				w.cluster.refuse(nil, nil, nil)
				pass(maxPause + maxPause) // one of the companion's, one of the reflector's
				require.Equal(t, map[string]int{"a": 1}, w.told.take(), "it is gone, and that is told")
				require.Empty(t, w.now(pod, entries))
			})
		})
	}
}

// maxPause is after how long at the latest a watch is tried again.
const maxPause = 30 * time.Second

func TestAttemptsBecomeSeldom(t *testing.T) {
	inWorld(t, newFakeCluster(), func(t *testing.T, w *world) {
		w.cluster.refuse(noMatch(), nil, nil)
		w.look(t, waitingPod("a"), parse(t, fooEntry))
		require.Equal(t, 1, w.cluster.opened())
		pass(1500 * time.Millisecond)
		require.Equal(t, 2, w.cluster.opened(), "the first pause is a second and at most half of one")
		pass(time.Hour)
		require.GreaterOrEqual(t, w.cluster.opened(), int(time.Hour/maxPause))
		require.LessOrEqual(t, w.cluster.opened(), int(time.Hour/(20*time.Second))+6)
	})
}

func TestWhatWasSeenStaysWhileTheServerIsAway(t *testing.T) {
	inWorld(t, newFakeCluster(endpoints(true)), func(t *testing.T, w *world) {
		pod, entries := waitingPod("a"), parse(t, "service: db")
		require.Empty(t, w.look(t, pod, entries))
		w.told.take()
		away := apierrors.NewServiceUnavailable("away")
		w.cluster.refuse(nil, away, away)
		w.cluster.hangUp(nil)
		pass(10 * time.Minute)
		require.Empty(t, w.now(pod, entries))
		require.Empty(t, w.told.take())

		w.cluster.put(endpoints(false))
		w.cluster.refuse(nil, nil, nil)
		pass(maxPause)
		require.Equal(t, "service db: 0 of 1 endpoints ready", w.now(pod, entries))
		require.Equal(t, map[string]int{"a": 1}, w.told.take())
	})
}

func TestARightThatIsTakenBackIsSeen(t *testing.T) {
	inWorld(t, newFakeCluster(endpoints(true)), func(t *testing.T, w *world) {
		pod, entries := waitingPod("a"), parse(t, "service: db")
		require.Empty(t, w.look(t, pod, entries))
		refused := apierrors.NewForbidden(schema.GroupResource{Group: "discovery.k8s.io", Resource: "endpointslices"}, "", nil)
		w.cluster.refuse(nil, refused, refused)
		w.cluster.hangUp(nil)
		pass(maxPause)
		require.Equal(t, "service db: the companion may not list and watch endpointslices.discovery.k8s.io: "+
			"its ClusterRole is not that of its version; install the chart again", w.now(pod, entries))
	})
}

func TestAKindThatComesBackIsFoundAgain(t *testing.T) {
	inWorld(t, newFakeCluster(foo(nil)), func(t *testing.T, w *world) {
		pod, entries := waitingPod("a"), parse(t, fooEntry)
		require.Empty(t, w.look(t, pod, entries))
		gone := apierrors.NewNotFound(foos, "")
		w.cluster.refuse(noMatch(), gone, gone)
		w.cluster.hangUp(nil)
		pass(maxPause)
		require.Equal(t, "Foo my-foo: there is no kind Foo in stable.example.com/v1 in this cluster", w.now(pod, entries))
		w.cluster.refuse(nil, nil, nil)
		pass(maxPause)
		require.Empty(t, w.now(pod, entries))
		require.Greater(t, w.cluster.opened(), 2, "it may be another resource of that kind now, and is asked for again")
	})
}

func TestWhatMustNotBeLookedAtIsRefused(t *testing.T) {
	const (
		data   = "Secrets and ConfigMaps are never looked at: wait for what makes them"
		listIt = " for entries of the kind resource: add it to dependencies.resources of the chart"
	)
	jobs, pods := schema.GroupResource{Group: "batch", Resource: "jobs"}, schema.GroupResource{Resource: "pods"}
	kind := func(group, kind string) schema.GroupVersionKind {
		return schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind}
	}
	for _, tc := range []struct {
		name     string
		interest gate.Interest
		mapped   schema.GroupResource
		listed   []schema.GroupResource
		want     string
	}{
		{"a Secret by its kind", gate.Interest{Kind: kind("", "Secret"), Form: gate.Metadata}, schema.GroupResource{}, nil, data},
		{"a Secret in other letters", gate.Interest{Kind: kind("", "secret"), Form: gate.Untyped}, schema.GroupResource{}, nil, data},
		{"a Secret although it is listed", gate.Interest{Kind: kind("", "Secret"), Form: gate.Untyped},
			schema.GroupResource{Resource: "secrets"}, []schema.GroupResource{{Resource: "secrets"}}, data},
		{"a kind behind which Secrets are", gate.Interest{Kind: kind("", "Harmless"), Form: gate.Untyped}, schema.GroupResource{Resource: "secrets"}, nil, data},
		{"a ConfigMap", gate.Interest{Kind: kind("", "ConfigMap"), Form: gate.Untyped}, schema.GroupResource{Resource: "configmaps"}, nil, data},
		{"somebody's own kind of that name", gate.Interest{Kind: kind("example.com", "Secret"), Form: gate.Untyped},
			schema.GroupResource{Group: "example.com", Resource: "secrets"}, nil, ""},
		{"a Job as gate reads it", gate.Interest{Kind: kind("batch", "Job"), Namespace: "a", Form: gate.Whole}, jobs, nil, ""},
		{"a field of a Job", gate.Interest{Kind: kind("batch", "Job"), Namespace: "a", Form: gate.Untyped}, jobs, nil, "the operator did not list jobs.batch" + listIt},
		{"a field of a Job, which is listed", gate.Interest{Kind: kind("batch", "Job"), Namespace: "a", Form: gate.Untyped}, jobs, []schema.GroupResource{pods, jobs}, ""},
		{"a consent", gate.Interest{Kind: kind("", "Namespace"), Name: "a", Form: gate.Metadata}, schema.GroupResource{Resource: "namespaces"}, nil, ""},
		{"whether a namespace is there", gate.Interest{Kind: kind("", "Namespace"), Namespace: "b", Name: "a", Form: gate.Metadata},
			schema.GroupResource{Resource: "namespaces"}, nil, "the operator did not list namespaces" + listIt},
		{"a kind that only the operator can have given", gate.Interest{Kind: kind(foos.Group, "Foo"), Namespace: "a", Form: gate.Untyped}, foos, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := check(tc.interest, tc.mapped, tc.listed)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tc.want)
			require.LessOrEqual(t, len(tc.want), gate.MaxReason)
			require.Equal(t, obstacle{text: tc.want}, obstacleOf(err, tc.interest, tc.mapped))
		})
	}
}

func TestWhatIsRefusedIsNotTriedAgain(t *testing.T) {
	inWorld(t, newFakeCluster(), func(t *testing.T, w *world) {
		w.cluster.refuse(refusal("never"), nil, nil)
		pod, entries := waitingPod("a"), parse(t, fooEntry)
		require.Equal(t, "Foo my-foo: never", w.look(t, pod, entries))
		pass(time.Hour)
		require.Equal(t, 1, w.cluster.opened())
		w.Forget(nameOf(pod))
		pass(Linger + tidyEvery)
		require.Zero(t, w.Count())
	})
}

func TestAnErrorThatTheReflectorMendsIsNoObstacle(t *testing.T) {
	tooNew := apierrors.NewTimeoutError("later", 1)
	tooNew.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: metav1.CauseTypeResourceVersionTooLarge}}
	for name, err := range map[string]error{
		"expired": apierrors.NewResourceExpired("old"), "too new": tooNew,
	} {
		require.Empty(t, obstacleOf(err, gate.Interest{}, foos).text, name)
	}
	tooMany := apierrors.NewGenericServerResponse(http.StatusTooManyRequests, "list", foos, "", "", 1, false)
	require.Equal(t, obstacle{text: "the API server refuses foos.stable.example.com for now (TooManyRequests)", passes: true},
		obstacleOf(tooMany, gate.Interest{}, foos))
}

func TestTooMuchIsNotKept(t *testing.T) {
	large := foo(map[string]any{"a": "b", "data": string(make([]byte, MaxBytes))})
	inWorld(t, newFakeCluster(large), func(t *testing.T, w *world) {
		pod, entries := waitingPod("a"), parse(t, fooEntry+", fields: [{key: spec.a, value: b}]")
		require.Equal(t, "Foo my-foo (spec.a): these are more objects than the companion keeps: wait for fewer, by a name or by more labels", w.look(t, pod, entries))
		require.Zero(t, w.bytes.Load())
		w.cluster.put(foo(map[string]any{"a": "b"}))
		pass(maxPause)
		require.Empty(t, w.now(pod, entries))
		w.cluster.put(large)
		synctest.Wait()
		require.NotEmpty(t, w.now(pod, entries), "it has grown")
		require.Zero(t, w.bytes.Load())
	})
}

func TestWhatIsTooMuchIsReadSeldom(t *testing.T) {
	large := foo(map[string]any{"data": string(make([]byte, MaxBytes))})
	inWorld(t, newFakeCluster(large), func(t *testing.T, w *world) {
		w.look(t, waitingPod("a"), parse(t, fooEntry+", fields: [{key: spec.a, value: b}]"))
		pass(time.Hour)
		_, lists, watches := w.cluster.counted()
		require.LessOrEqual(t, lists+watches, 60, "each reads everything")
		require.GreaterOrEqual(t, lists+watches, 10)
	})
}

func TestWhenAllTogetherIsTooMuchTheSmallOnesAreServed(t *testing.T) {
	inWorld(t, newFakeCluster(endpoints(true), foo(map[string]any{"data": string(make([]byte, 2*smallBytes))})), func(t *testing.T, w *world) {
		w.bytes.Add(MaxTotalBytes)
		require.Empty(t, w.look(t, waitingPod("a"), parse(t, "service: db")))
		entries := parse(t, fooEntry+", fields: [{key: spec.a, value: b}]")
		require.Equal(t, "Foo my-foo (spec.a): the companion keeps as many objects as it can: this one comes when others are done", w.look(t, waitingPod("b"), entries))
		w.bytes.Add(-MaxTotalBytes)
		pass(maxPause)
		require.Equal(t, "Foo my-foo (spec.a): not as asked: spec.a", w.now(waitingPod("b"), entries))
	})
}
