package main

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzAddressesAreReadAndWrittenAsByTheStandardLibrary compares with the package that is too large for the wrapper.
func FuzzAddressesAreReadAndWrittenAsByTheStandardLibrary(f *testing.F) {
	for _, text := range []string{
		"", "10.0.0.1", "255.255.255.255", "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "::", "::1", "fe80::", "2001:db8::1:0:0:1",
		"1:0:0:2:0:0:0:3", "0:0:1:0:0:0:1:0", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1::2::3", ":1", "1:", "::ffff:10.0.0.1", "1.2.3.4::",
		"1:2:3:4:5:6:7::", "::1:2:3:4:5:6:7:8", "12345::", "+1::", "::1.2.3.4:5", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "0001::1", "1_0::",
		":::", "::1:", "1:::2",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := netip.ParseAddr(text)
		if err != nil || want.Zone() != "" {
			require.Empty(t, parseIP(text), text)
			return
		}
		got := parseIP(text)
		require.Equal(t, string(want.AsSlice()), string(got), text)
		if !want.Is4In6() { // which the standard library writes with dots
			require.Equal(t, want.String(), got.String())
		}
	})
}
