package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOffersAreReadAsAptPrintsThem(t *testing.T) {
	require.Equal(t, []pinned{{"git", "1:2.0-1", "amd64", sum}, {"git", "1:1.9-1", "amd64", ""}}, parseOffers(
		"Package: git\nVersion: 1:2.0-1\nArchitecture: amd64\nDescription: a tool\n Version: no key, because it is indented text\nSHA256: "+sum+
			"\n\nPackage: git\nArchitecture: amd64\nVersion: 1:1.9-1\n\n"))
}

func TestThePlanIsReadAsAptPrintsIt(t *testing.T) {
	require.Equal(t, []pinned{{name: "libc6", version: "2.36-9", architecture: "amd64"}, {name: "ca-certificates", version: "2025~deb", architecture: "all"}}, parsePlan(
		"Reading package lists...\nInst libc6 (2.36-9 Debian:12/stable, Debian-Security:12/stable [amd64]) []\n"+
			"Inst ca-certificates (2025~deb Debian:12/stable [all])\nConf libc6 (2.36-9 Debian:12/stable [amd64])\n"))
}

func TestEveryPackageThatIsNotOfferedIsNamedWithWhatIs(t *testing.T) {
	offers := []pinned{{"git", "1.1", "amd64", sum}, {"git", "1.2", "amd64", sum}, {"ssh", "3", "amd64", sum}}
	require.NoError(t, checkOffers(offers[1:], offers))
	err := checkOffers([]pinned{{"git", "1.0", "amd64", sum}, {"sed", "4", "amd64", sum}, {"ssh", "3", "amd64", "another"}, offers[0]}, offers)
	require.EqualError(t, err, "the package sources of this machine do not have what the list pins:\n"+
		"git 1.0 (amd64): they have 1.1, 1.2\n"+
		"sed 4 (amd64): they do not know this package\n"+
		"ssh 3 (amd64) has another checksum there\n"+
		"`make cloner-packages` renews the list from what they have; look at the difference before you commit it. A source that keeps old versions helps, too")
}
