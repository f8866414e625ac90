package teller_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"
	typedeventsv1 "k8s.io/client-go/kubernetes/typed/events/v1"

	"orderly.dev/sidecarstop/voice"
	"orderly.dev/sidecarstop/voice/teller"
)

// patience bounds every wait of these tests.
const patience = 20 * time.Second

// server is as much of an API server as a Teller talks to. It keeps what it is told by name.
type server struct {
	typedeventsv1.EventsV1Interface
	typedeventsv1.EventInterface

	mutex    sync.Mutex
	requests int
	events   map[string]*eventsv1.Event
	// answer is asked before anything is kept; nil is that all is well.
	answer func(request int) error
	// hangs makes requests wait until their context ends.
	hangs bool
}

func (s *server) Events(string) typedeventsv1.EventInterface { return s }

func (s *server) Create(ctx context.Context, event *eventsv1.Event, _ metav1.CreateOptions) (*eventsv1.Event, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests++
	if s.hangs {
		s.mutex.Unlock()
		<-ctx.Done()
		s.mutex.Lock()
		return nil, ctx.Err()
	}
	if s.answer != nil {
		if err := s.answer(s.requests); err != nil {
			return nil, err
		}
	}
	if s.events == nil {
		s.events = map[string]*eventsv1.Event{}
	}
	if s.events[event.Name] != nil {
		return nil, apierrors.NewAlreadyExists(schema.GroupResource{Resource: "events"}, event.Name)
	}
	s.events[event.Name] = event
	return event, nil
}

// seen gives what was kept, and how many requests there were.
func (s *server) seen() (map[string]*eventsv1.Event, int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return maps.Clone(s.events), s.requests
}

// start runs a Teller until the test ends.
func start(t *testing.T, s *server) *teller.Teller {
	t.Helper()
	told, stop := startUntil(t, s)
	t.Cleanup(func() { require.NoError(t, stop()) })
	return told
}

// startUntil gives a function that ends the Teller and waits for it.
func startUntil(t *testing.T, s *server) (*teller.Teller, func() error) {
	t.Helper()
	told := teller.New(s, "orderly-sidecarstop", "companion-0", logr.Discard())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- told.Start(ctx) }()
	return told, func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(patience):
			return errors.New("the Teller does not end")
		}
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); <-time.After(5 * time.Millisecond) {
		require.Truef(t, time.Now().Before(deadline), "not within %s: %s", patience, what)
	}
}

// waitForEvents waits until so many are kept and gives them.
func waitForEvents(t *testing.T, s *server, count int) map[string]*eventsv1.Event {
	t.Helper()
	eventually(t, fmt.Sprintf("%d Events", count), func() bool {
		events, _ := s.seen()
		return len(events) >= count
	})
	events, _ := s.seen()
	require.Len(t, events, count)
	return events
}

func makePod(name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name, UID: types.UID("uid-of-" + name)}}
}

func ended(step string) voice.Event {
	return voice.Event{Reason: voice.StepCompleted, Action: "RunStep", Message: step + " ended well", Once: step + "/0"}
}

func only(t *testing.T, events map[string]*eventsv1.Event) *eventsv1.Event {
	t.Helper()
	require.Len(t, events, 1)
	for _, event := range events {
		return event
	}
	return nil
}

func TestAnEventOnThePod(t *testing.T) {
	s := &server{}
	before := time.Now()
	start(t, s).Tell(makePod("x"), nil, []voice.Event{ended("build")})
	got := only(t, waitForEvents(t, s, 1))
	require.Equal(t, "demo", got.Namespace)
	require.Regexp(t, `^x\.[0-9a-f]{20}$`, got.Name)
	require.Equal(t, corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: "demo", Name: "x", UID: "uid-of-x"}, got.Regarding)
	require.Nil(t, got.Related)
	require.Equal(t, "orderly-sidecarstop", got.ReportingController)
	require.Equal(t, "companion-0", got.ReportingInstance)
	require.Equal(t, []string{"Normal", "StepCompleted", "RunStep", "build ended well"}, []string{got.Type, got.Reason, got.Action, got.Note})
	require.WithinRange(t, got.EventTime.Time, before.Add(-time.Millisecond), time.Now())
}

func TestAnEventOnTheJob(t *testing.T) {
	s := &server{}
	job := &metav1.OwnerReference{APIVersion: "batch/v1", Kind: "Job", Name: "job", UID: "uid-of-job"}
	result := voice.Event{Reason: voice.Finished, Action: "EndSteps", Message: "Pod x: build Completed", On: voice.OnOwner, Warning: true}
	start(t, s).Tell(makePod("x"), job, []voice.Event{result})
	got := only(t, waitForEvents(t, s, 1))
	require.Equal(t, corev1.ObjectReference{APIVersion: "batch/v1", Kind: "Job", Namespace: "demo", Name: "job", UID: "uid-of-job"}, got.Regarding)
	require.Equal(t, "x", got.Related.Name)
	require.Equal(t, "Warning", got.Type)
}

func TestWhereNoJobOwnsThePodNothingIsSaidAboutIt(t *testing.T) {
	for name, owner := range map[string]*metav1.OwnerReference{
		"nobody":       nil,
		"a ReplicaSet": {APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "x", UID: "uid-of-rs"},
		"another Job":  {APIVersion: "example.com/v1", Kind: "Job", Name: "x", UID: "uid-of-another"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{}
			start(t, s).Tell(makePod("x"), owner, []voice.Event{{Reason: voice.Finished, On: voice.OnOwner}, ended("build")})
			require.Equal(t, "StepCompleted", only(t, waitForEvents(t, s, 1)).Reason)
		})
	}
}

func TestWhatWasSaidIsNotSentAgain(t *testing.T) {
	s := &server{}
	told := start(t, s)
	for range 100 {
		told.Tell(makePod("x"), nil, []voice.Event{ended("build")})
	}
	told.Tell(makePod("x"), nil, []voice.Event{ended("test")})
	waitForEvents(t, s, 2)
	_, requests := s.seen()
	require.Equal(t, 2, requests)
}

func TestAnotherCompanionSaysTheSameUnderTheSameName(t *testing.T) {
	s := &server{}
	start(t, s).Tell(makePod("x"), nil, []voice.Event{ended("build")})
	waitForEvents(t, s, 1)
	start(t, s).Tell(makePod("x"), nil, []voice.Event{ended("build")})
	eventually(t, "a second request", func() bool { _, requests := s.seen(); return requests == 2 })
	waitForEvents(t, s, 1)
}

func TestEventsThatDifferHaveNamesThatDiffer(t *testing.T) {
	s := &server{}
	told := start(t, s)
	job := &metav1.OwnerReference{APIVersion: "batch/v1", Kind: "Job", Name: "job"}
	one := voice.Event{Reason: "A", Action: "a", Message: "m", Once: "b"}
	other := makePod("x")
	other.UID = "another"
	told.Tell(makePod("x"), job, []voice.Event{one, {Reason: "Ab", Action: "a", Message: "m"}, {Reason: "A", Action: "a", Message: "m", Once: "b", On: voice.OnOwner},
		{Reason: "A", Action: "a", Message: "m", Once: "c"}, {Reason: "A", Action: "other", Message: "other", Once: "b"}})
	told.Tell(other, job, []voice.Event{one})
	waitForEvents(t, s, 5)
}

func TestWhatTheAPIWouldRefuseIsMadeToFit(t *testing.T) {
	s := &server{}
	told := teller.New(s, "orderly-sidecarstop", strings.Repeat("i", 300), logr.Discard())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told.Tell(makePod(strings.Repeat("a", 230)+".-"+strings.Repeat("b", 21)), nil, []voice.Event{{
		Reason: voice.Reason(strings.Repeat("R", 300)), Message: strings.Repeat("\n\xffü", 1000),
	}})
	go func() { _ = told.Start(ctx) }()
	got := only(t, waitForEvents(t, s, 1))
	require.Empty(t, validation.IsDNS1123Subdomain(got.Name), got.Name)
	require.Len(t, got.Reason, 128)
	require.Len(t, got.Action, 128)
	require.Len(t, got.ReportingInstance, 128)
	require.LessOrEqual(t, len(got.Note), 1024)
	require.NotContains(t, got.Note, "\n")
}

func TestAnInstanceWithoutANameHasTheControllers(t *testing.T) {
	s := &server{}
	told := teller.New(s, "orderly-sidecarstop", "", logr.Discard())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = told.Start(ctx) }()
	told.Tell(makePod("x"), nil, []voice.Event{ended("build")})
	require.Equal(t, "orderly-sidecarstop", only(t, waitForEvents(t, s, 1)).ReportingInstance)
}
