package registry

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/stretchr/testify/require"
)

func makeQuery(t *testing.T) query {
	t.Helper()
	ref, err := name.ParseReference("registry.example/app")
	require.NoError(t, err)
	return query{ref: ref}
}

func TestAskersAtTheSameTimeShareOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, calls := make(chan struct{}), 0
		ask := share(func(context.Context, query) (int, error) {
			calls++
			<-release
			return calls, nil
		}, pinKey, time.Minute)
		q := makeQuery(t)
		impatient, giveUp := context.WithCancel(t.Context())
		var together sync.WaitGroup
		together.Go(func() {
			_, err := ask(impatient, q)
			require.ErrorContains(t, err, "context canceled")
		})
		synctest.Wait()
		for range 20 {
			together.Go(func() {
				got, err := ask(t.Context(), q)
				require.NoError(t, err)
				require.Equal(t, 1, got)
			})
		}
		synctest.Wait()
		giveUp()
		synctest.Wait()
		close(release)
		together.Wait()
		require.Equal(t, 1, calls, "and it outlives the one who asked first")
	})
}

func TestAskersWithOtherCredentialsDoNotShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, calls := make(chan struct{}), make(chan string, 2)
		ask := share(func(_ context.Context, q query) (int, error) {
			calls <- q.login.key
			<-release
			return 0, nil
		}, flightKey, time.Minute)
		q := makeQuery(t)
		for _, q.login.key = range []string{"one", "two"} {
			asked := q
			go func() { _, _ = ask(t.Context(), asked) }()
		}
		synctest.Wait()
		require.Len(t, calls, 2)
		close(release)
	})
}

func TestASlowRegistryIsGivenUpWithTheTimeThatPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ask := share(func(ctx context.Context, _ query) (int, error) {
			<-ctx.Done()
			return 0, explain(ctx.Err(), "registry.example", Deadline)
		}, pinKey, Deadline)
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err := ask(ctx, makeQuery(t))
		require.EqualError(t, err, "registry registry.example had not answered after 2s")
		require.Equal(t, 2*time.Second, time.Since(began))
		_, err = ask(t.Context(), makeQuery(t))
		require.EqualError(t, err, "registry registry.example had not answered after 5s")
	})
}

func TestAPanicIsAFailure(t *testing.T) {
	ask := share(func(context.Context, query) (int, error) { panic("oh") }, pinKey, Deadline)
	_, err := ask(t.Context(), makeQuery(t))
	require.EqualError(t, err, "reading the registry's answer panicked: oh")
}

func TestMoreThanTheLimitWait(t *testing.T) {
	for _, tc := range []struct {
		name              string
		inAll, ofRegistry int
	}{{"in all", 2, 9}, {"of one registry", 9, 2}} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var running atomic.Int32
				release, places, q := make(chan struct{}), newSlots(tc.inAll, tc.ofRegistry), makeQuery(t)
				ask := limit(func(context.Context, query) (int, error) {
					running.Add(1)
					<-release
					return 0, nil
				}, places)
				for range 3 {
					go func() { _, _ = ask(t.Context(), q) }()
				}
				synctest.Wait()
				require.EqualValues(t, 2, running.Load())
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := ask(ctx, q)
				require.EqualError(t, err, "the webhook had no time to ask registry registry.example, because of other images: try again")
				close(release)
				synctest.Wait()
				require.EqualValues(t, 3, running.Load())
				require.Empty(t, places.hosts)
				require.Empty(t, places.all)
			})
		})
	}
}

func TestARegistryThatHangsLeavesRoomForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ask := limit(func(ctx context.Context, q query) (int, error) {
			if q.ref.Context().RegistryStr() == "registry.example" {
				<-ctx.Done()
			}
			return 7, ctx.Err()
		}, newSlots(maxAtOnce, maxOfRegistry))
		hanging, giveUp := context.WithCancel(t.Context())
		for range 2 * maxAtOnce {
			q := makeQuery(t)
			go func() { _, _ = ask(hanging, q) }()
		}
		synctest.Wait()
		ref, err := name.ParseReference("other.example/app")
		require.NoError(t, err)
		got, err := ask(t.Context(), query{ref: ref})
		require.NoError(t, err)
		require.Equal(t, 7, got)
		giveUp()
	})
}

func TestAnswersAndFailuresAreRememberedForTheirTime(t *testing.T) {
	for _, tc := range []struct {
		name string
		err  error
		want time.Duration
	}{
		{"an answer", nil, pinLifetime},
		{"no such image", &failure{absent, "no"}, absentLifetime},
		{"an image of no use", &failure{broken, "no"}, absentLifetime},
		{"no answer", &failure{unreachable, "no"}, unreachableLifetime},
		{"a busy registry", &failure{busy, "no"}, unreachableLifetime},
		{"no room", &failure{unasked, "no"}, 0},
		{"refused credentials", &failure{refused, "no"}, 0},
		{"an error that nobody knows", errors.New("no"), 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				ask := remember(func(context.Context, query) (int, error) {
					calls++
					return 7, tc.err
				}, newMemory[reply[int]](10, time.Now), sharing{pinKey, pinKey}, pinLifetime)
				q := makeQuery(t)
				call := func() int {
					got, err := ask(t.Context(), q)
					require.Equal(t, tc.err, err)
					require.True(t, err != nil || got == 7)
					return calls
				}
				require.Equal(t, 1, call())
				if tc.want > 0 {
					time.Sleep(tc.want - 1) //nolint:forbidigo // the clock is the bubble's
					require.Equal(t, 1, call())
					time.Sleep(time.Nanosecond) //nolint:forbidigo // the clock is the bubble's
				}
				require.Equal(t, 2, call())
			})
		})
	}
}

func TestMemoryKeepsWhatWasUsedLast(t *testing.T) {
	m := newMemory[int](2, time.Now)
	m.put("a", 1, time.Hour)
	m.put("b", 2, time.Hour)
	_, found := m.get("a")
	require.True(t, found)
	m.put("c", 3, time.Hour)
	_, found = m.get("b")
	require.False(t, found)
	for key, want := range map[string]int{"a": 1, "c": 3} {
		got, found := m.get(key)
		require.True(t, found)
		require.Equal(t, want, got)
	}
	m.put("a", 9, 0)
	_, found = m.get("a")
	require.False(t, found)
	require.Len(t, m.places, m.order.Len())
}
