package teller_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"orderly.dev/sidecarstop/voice"
	"orderly.dev/sidecarstop/voice/teller"
)

var eventsResource = schema.GroupResource{Group: "events.k8s.io", Resource: "events"}

func TestAWriteThatFailedIsTriedAgain(t *testing.T) {
	s := &server{answer: func(request int) error {
		if request <= 3 {
			return apierrors.NewInternalError(fmt.Errorf("request %d", request))
		}
		return nil
	}}
	start(t, s).Tell(makePod("x"), nil, []voice.Event{ended("build")})
	waitForEvents(t, s, 1)
	_, requests := s.seen()
	require.Equal(t, 4, requests)
}

// The second Event shows that the first has been dealt with: nothing else tells that a write is not tried again.
func TestNobodyIsToldInANamespaceThatIsGoing(t *testing.T) {
	terminating := apierrors.NewForbidden(eventsResource, "x", nil)
	terminating.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	for name, refusal := range map[string]error{
		"gone":         apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "demo"),
		"going":        terminating,
		"not an Event": apierrors.NewInvalid(schema.GroupKind{Kind: "Event"}, "x", nil),
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{answer: func(request int) error {
				if request == 1 {
					return refusal
				}
				return nil
			}}
			told := start(t, s)
			told.Tell(makePod("x"), nil, []voice.Event{ended("build")})
			eventually(t, "a request", func() bool { _, requests := s.seen(); return requests == 1 })
			told.Tell(makePod("x"), nil, []voice.Event{ended("build"), ended("test")})
			require.Equal(t, "test ended well", only(t, waitForEvents(t, s, 1)).Note)
			_, requests := s.seen()
			require.Equal(t, 2, requests)
		})
	}
}

func TestAPodThatNeverStopsGetsABoundedNumber(t *testing.T) {
	s := &server{}
	told := start(t, s)
	job := &metav1.OwnerReference{APIVersion: "batch/v1", Kind: "Job", Name: "job"}
	for i := range 1000 {
		told.Tell(makePod("hostile"), nil, []voice.Event{ended(fmt.Sprint("step-", i))})
	}
	for i := range 1000 {
		told.Tell(makePod("hostile"), nil, []voice.Event{{Reason: voice.StepFailed, Warning: true, Once: fmt.Sprint("step/", i)}})
	}
	told.Tell(makePod("hostile"), job, []voice.Event{{Reason: voice.Finished, On: voice.OnOwner, Message: "Pod hostile"}})
	told.Tell(makePod("other"), nil, []voice.Event{ended("build")})
	count := map[string]int{}
	for _, event := range waitForEvents(t, s, 402) {
		count[event.Reason]++
	}
	require.Equal(t, map[string]int{"StepCompleted": 301, "StepFailed": 100, "Finished": 1}, count, "300 and warnings, what the Job is told, and the other Pod")
}

// An API server that has no Events for a while is not taken for a namespace that is gone.
func TestAnAnswerThatKnowsNoEventsIsNoAnswer(t *testing.T) {
	s := &server{answer: func(request int) error {
		if request == 1 {
			return apierrors.NewGenericServerResponse(404, "POST", eventsResource, "", "page not found", 0, true)
		}
		return nil
	}}
	told := start(t, s)
	told.Tell(makePod("x"), nil, []voice.Event{ended("build")})
	eventually(t, "the Event when it is told again", func() bool {
		told.Tell(makePod("x"), nil, []voice.Event{ended("build")})
		events, _ := s.seen()
		return len(events) == 1
	})
}

func TestTellingNeverWaits(t *testing.T) {
	var mutex sync.Mutex
	var logged []string
	s := &server{hangs: true}
	told := teller.New(s, "orderly-sidecarstop", "companion-0", funcr.New(func(_, args string) {
		mutex.Lock()
		defer mutex.Unlock()
		logged = append(logged, args)
	}, funcr.Options{}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- told.Start(ctx) }()
	begin := time.Now()
	for i := range 12_000 {
		told.Tell(makePod(fmt.Sprint("pod-", i)), nil, []voice.Event{ended("build")})
	}
	require.Less(t, time.Since(begin), patience, "though nothing could be written")
	cancel()
	require.NoError(t, <-done)
	mutex.Lock()
	defer mutex.Unlock()
	require.Len(t, logged, 1, "once a minute, however many were dropped")
	require.Contains(t, logged[0], "Too many Events wait to be written")
}

func TestWhatIsLeftIsWrittenAtTheEnd(t *testing.T) {
	s := &server{}
	told, stop := startUntil(t, s)
	for i := range 500 {
		told.Tell(makePod(fmt.Sprint("pod-", i)), nil, []voice.Event{ended("build")})
	}
	require.NoError(t, stop())
	events, _ := s.seen()
	require.Len(t, events, 500)
}

func TestTheEndDoesNotWaitForAServerThatHangs(t *testing.T) {
	s := &server{hangs: true}
	told, stop := startUntil(t, s)
	told.Tell(makePod("x"), nil, []voice.Event{ended("build")})
	eventually(t, "a request", func() bool { _, requests := s.seen(); return requests == 1 })
	begin := time.Now()
	require.NoError(t, stop())
	require.Less(t, time.Since(begin), 5*time.Second)
}

func TestEachAnswerIsTold(t *testing.T) {
	s := &server{answer: func(request int) error {
		if request == 1 {
			return apierrors.NewInternalError(fmt.Errorf("once"))
		}
		return nil
	}}
	told := teller.New(s, "orderly-sidecarstop", "companion-0", funcr.New(func(string, string) {}, funcr.Options{}))
	answers := make(chan error, 10)
	told.Wrote = func(err error) { answers <- err }
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = told.Start(ctx) }()
	told.Tell(makePod("x"), nil, []voice.Event{ended("build")})
	require.Error(t, <-answers)
	require.NoError(t, <-answers)
}
