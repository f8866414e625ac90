package main

import (
	"net"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAddressWithoutInterfaceIsThatOfThePod(t *testing.T) {
	t.Setenv("POD_IP", "10.244.0.7")
	got, err := ownAddress("")
	require.NoError(t, err)
	require.Equal(t, "10.244.0.7", got)
	t.Setenv("POD_IP", "")
	_, err = ownAddress("")
	require.EqualError(t, err, "the variable POD_IP is not set; name an interface, or set it from the field status.podIP")
}

// TestAddressOfAnInterfaceIsTheOneThatTheStandardLibraryFinds compares for every interface of this machine.
func TestAddressOfAnInterfaceIsTheOneThatTheStandardLibraryFinds(t *testing.T) {
	interfaces, err := net.Interfaces()
	require.NoError(t, err)
	require.NotEmpty(t, interfaces)
	for _, i := range interfaces {
		want := globalAddresses(t, i)
		got, err := ownAddress(i.Name)
		if len(want) == 0 {
			require.EqualError(t, err, "the network interface "+i.Name+" has no global address")
			continue
		}
		require.NoError(t, err)
		require.Contains(t, want, got)
		require.Equal(t, slices.ContainsFunc(want, isIP4), isIP4(got), "IPv4 goes before IPv6: %v", want)
	}
}

func globalAddresses(t *testing.T, i net.Interface) []string {
	t.Helper()
	list, err := i.Addrs()
	require.NoError(t, err)
	var global []string
	for _, a := range list {
		network, ok := a.(*net.IPNet)
		require.True(t, ok)
		if network.IP.IsGlobalUnicast() {
			global = append(global, network.IP.String())
		}
	}
	return global
}

func isIP4(address string) bool { return net.ParseIP(address).To4() != nil }

func TestMissingInterfaceIsNamedWithThoseThereAre(t *testing.T) {
	_, err := ownAddress("absent0")
	require.ErrorContains(t, err, "there is no network interface absent0; there are ")
	require.ErrorContains(t, err, "lo")
}

// addressMessage makes what the kernel answers for one address.
func addressMessage(index byte, scope byte, raw []byte) message {
	body := []byte{0, 24, 0, scope, index, 0, 0, 0}
	body = append(body, byte(4+len(raw)), 0, 1, 0) // IFA_ADDRESS
	return message{kind: 20, body: append(body, raw...)}
}

func TestFirstGlobalAddressCountsAndIP4GoesFirst(t *testing.T) {
	six := net.ParseIP("2001:db8::1")
	local := net.ParseIP("fe80::1")
	list := []message{
		addressMessage(3, 0, []byte{10, 0, 0, 3}),
		addressMessage(2, 253, local),
		addressMessage(2, 0, six),
	}
	require.Equal(t, "2001:db8::1", firstGlobal(list, 2).String())
	list = append(list, addressMessage(2, 0, []byte{10, 0, 0, 1}), addressMessage(2, 0, []byte{10, 0, 0, 2}))
	require.Equal(t, "10.0.0.1", firstGlobal(list, 2).String())
	require.Empty(t, firstGlobal(list, 4))
}

func FuzzAnswersOfTheKernelAreCutWithinTheirBounds(f *testing.F) {
	f.Add([]byte{20, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4})
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		f.Add(status)
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		for _, m := range cutMessages(answer) {
			require.LessOrEqual(t, len(m.body), len(answer))
			require.LessOrEqual(t, len(m.attribute(1, 8)), len(m.body))
		}
		_, _ = findLink(cutMessages(answer), "lo")
		_ = firstGlobal(cutMessages(answer), 1)
	})
}
