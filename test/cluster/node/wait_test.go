package node

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/test/cluster/host"
)

var errNotYet = errors.New("not yet")

func TestWaitingEndsWhenAComponentDiesAndSaysWhy(t *testing.T) {
	n := makeWaiting(t, "echo address already in use; exit 3")
	err := n.wait(t.Context(), time.Minute, "the moon", func(context.Context) error { return errNotYet })
	require.ErrorContains(t, err, "waiting for the moon: weak ended (exit status 3)")
	require.ErrorContains(t, err, "address already in use")
	require.ErrorContains(t, err, filepath.Join(n.State, "weak.log"))
}

func TestWaitingEndsInTimeAndSaysWhatWasSeenLast(t *testing.T) {
	n := makeWaiting(t, "exec sleep 60")
	err := n.wait(t.Context(), 200*time.Millisecond, "the moon", func(context.Context) error { return errNotYet })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, errNotYet)
	require.ErrorContains(t, err, n.Logs())
	require.NoError(t, n.wait(t.Context(), time.Minute, "the sun", func(context.Context) error { return nil }))
}

// makeWaiting gives a node whose only component is a shell script.
func makeWaiting(t *testing.T, script string) *Node {
	t.Helper()
	folder := t.TempDir()
	n := &Node{Layout: Layout{State: folder, Run: folder}}
	service, err := host.Start(host.Service{
		Name: "weak", Path: "/bin/sh", Args: []string{"-c", script},
		LogFile: filepath.Join(folder, "weak.log"), PIDFile: n.pidFile("weak"), Mark: folder,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, service.Kill()) })
	n.services = []*host.Running{service}
	return n
}
