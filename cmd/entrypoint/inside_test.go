package main

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

func TestNothingToWaitForInsideIsNil(t *testing.T) {
	require.Nil(t, newInside(contract.Options{}))
	require.Empty(t, newInside(contract.Options{}).look())
}

func TestSocketsAndFilesAreMissingUntilTheyAreThereAndThenNeverAgain(t *testing.T) {
	directory := t.TempDir()
	socket, file := filepath.Join(directory, "s"), filepath.Join(directory, "f")
	i := newInside(contract.Options{Sockets: []string{socket}, Files: []string{file}})
	require.Equal(t, []string{"socket " + socket + ": no such file or directory", "file " + file + ": no such file or directory"}, i.look())
	require.NoError(t, os.WriteFile(socket, nil, 0o600))
	require.NoError(t, os.Mkdir(file, 0o700))
	require.Equal(t, []string{"socket " + socket + ": not a socket"}, i.look())
	require.NoError(t, os.Remove(socket))
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	require.Empty(t, i.look())
	require.NoError(t, listener.Close())
	require.NoError(t, os.Remove(file))
	require.Empty(t, i.look())
}

// lookUntilConnected looks until nothing is missing.
func lookUntilConnected(t *testing.T, i *inside) {
	t.Helper()
	missing := i.look()
	require.NoError(t, await(
		func() bool { missing = i.look(); return len(missing) == 0 },
		func() string { return "still misses " + missing[0] },
	))
}

func TestAddressIsMissingUntilItTakesAConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	i := newInside(contract.Options{TCP: []string{address}})
	require.Equal(t, []string{"tcp " + address + ": no answer yet"}, i.look())
	require.NoError(t, await(func() bool { return i.look()[0] != "tcp "+address+": no answer yet" }, func() string { return i.look()[0] }))
	require.Equal(t, []string{"tcp " + address + ": connection refused"}, i.look())
	listener, err = net.Listen("tcp", address)
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	lookUntilConnected(t, i)
	require.Empty(t, i.look())
}

func TestAddressesOfIP6AndNamesConnect(t *testing.T) {
	for _, host := range []string{"[::1]", "localhost"} {
		listener, err := net.Listen("tcp", host+":0")
		require.NoError(t, err)
		_, port, err := net.SplitHostPort(listener.Addr().String())
		require.NoError(t, err)
		lookUntilConnected(t, newInside(contract.Options{TCP: []string{host + ":" + port}}))
		require.NoError(t, listener.Close())
	}
}

func TestAttemptsToConnectAreASecondApart(t *testing.T) {
	d := newDial("127.0.0.1:1", systemResolver())
	began := time.Now()
	require.Equal(t, "no answer yet", d.look(began))
	settled := func() bool {
		d.mutex.Lock()
		defer d.mutex.Unlock()
		return !d.busy
	}
	require.NoError(t, await(settled, func() string { return "is still busy" }))
	require.Equal(t, "connection refused", d.look(began.Add(dialPause-1)))
	require.True(t, settled(), "too early for another attempt")
	d.look(began.Add(dialPause))
	require.Equal(t, began.Add(dialPause), d.began)
	require.NoError(t, await(settled, func() string { return "is still busy" }))
}
