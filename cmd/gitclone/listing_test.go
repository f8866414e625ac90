package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNamesThatALogCannotShowAreNotInAListing(t *testing.T) {
	hash := strings.Repeat("1", sha1Length)
	got := readListing("ref: refs/heads/\x1b[2Jmain\tHEAD\n" + hash + "\tHEAD\n" + hash + "\trefs/heads/a\x1b[31m\n" + hash + "\trefs/heads/\u202eb\n" +
		hash + "\trefs/heads/\xff\n" + hash + "\trefs/heads/grün\n")
	require.Equal(t, listing{hashes: map[string]string{"HEAD": hash, "refs/heads/grün": hash}}, got)
}
