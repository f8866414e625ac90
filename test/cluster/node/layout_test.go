package node

import (
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEverythingLiesInTheTwoFolders(t *testing.T) {
	l := Layout{State: "/s", Run: "/r"}
	for _, path := range append(l.folders(), l.Kubeconfig(), l.lock(), l.traces(), l.description(), l.log("x"), l.pidFile("x"), l.containerdSocket()) {
		require.True(t, path == l.State || path == l.Run || strings.HasPrefix(path, "/s/") || strings.HasPrefix(path, "/r/"), path)
	}
	require.Equal(t, l.Logs(), filepath.Dir(l.log("etcd")), "one folder for all logs")
}

func TestSocketsHaveShortPaths(t *testing.T) {
	const longest = 107 // sun_path, with the zero at its end
	shim := filepath.Join(DefaultLayout.Run, "shims", strings.Repeat("x", 64))
	require.LessOrEqual(t, len(shim), longest)
	require.LessOrEqual(t, len(DefaultLayout.containerdSocket()+".ttrpc"), longest)
}

func TestAddressesLieInTheirNetworks(t *testing.T) {
	for address, network := range map[string]string{
		NodeIP: nodeNetwork, gatewayIP: linkNetwork, HostIP: linkNetwork, serviceIP: services, dnsIP: services,
	} {
		require.True(t, netip.MustParsePrefix(network).Contains(netip.MustParseAddr(address)), "%s in %s", address, network)
	}
	require.True(t, netip.MustParsePrefix(pods).Overlaps(netip.MustParsePrefix(podsOfNode)))
	for _, network := range routed() {
		require.False(t, network.Overlaps(netip.MustParsePrefix(linkNetwork)), "%s is routed through the link", network)
	}
}
