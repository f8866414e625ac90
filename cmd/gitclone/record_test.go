package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract/clone"
)

func TestATreeThatCannotBeMovedIsNotTakenForComplete(t *testing.T) {
	p := newPod(t)
	const tooLong = 300 // rename(2) takes 255 bytes
	r := entry(t, "https://git.example.com/app.git", at(clone.Path(strings.Repeat("x", tooLong))))
	c := &cloner{order: orderOf(r), at: p.at}
	_, err := p.at.sweep(c.order)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(p.at.treeOf("0-1"), 0o755))
	require.ErrorContains(t, c.keep(0, record{Repository: r, Part: "0-1"}), "file name too long")
	require.NoFileExists(t, p.at.recordFile(0), "the next start would say that it is complete")
}

func TestARecordThatLeadsElsewhereIsNone(t *testing.T) {
	p := newPod(t)
	r := entry(t, "https://git.example.com/app.git")
	require.NoError(t, os.MkdirAll(p.at.state, 0o755))
	for _, part := range []string{"", ".", "..", "a/b", "/"} {
		require.NoError(t, p.at.saveRecord(0, record{Repository: r, Part: part}))
		_, found := p.at.loadRecord(0, r)
		require.Falsef(t, found, "%q", part)
	}
	require.NoError(t, p.at.saveRecord(0, record{Repository: r, Part: "0-1"}))
	_, found := p.at.loadRecord(0, r)
	require.True(t, found)
}
