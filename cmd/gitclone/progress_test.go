package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func unhidden(text string) string { return text }

func TestProgressIsALineForEachTenth(t *testing.T) {
	p := progress{hide: unhidden}
	var told []string
	for percent := range 101 {
		told = append(told, p.take(fmt.Appendf(nil, "Receiving objects: %3d%% (%d/1000), 1.00 MiB | 2.00 MiB/s\r", percent, percent*10))...)
	}
	told = append(told, p.take([]byte("Receiving objects: 100% (1000/1000), 1.00 MiB | 2.00 MiB/s, done.\nResolving deltas:  55% (55/100)\rResolving deltas:  59% (59/100)\r"))...)
	require.Equal(t, []string{
		"receiving objects 10%", "receiving objects 20%", "receiving objects 30%", "receiving objects 40%", "receiving objects 50%",
		"receiving objects 60%", "receiving objects 70%", "receiving objects 80%", "receiving objects 90%", "receiving objects 100%", "resolving deltas 55%",
	}, told)
}

func TestWhatGitWrites(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		told, last []string
	}{
		{"a phase that is over at once is not told", "Updating files:  33% (1/3)\rUpdating files: 100% (3/3), done.\n", nil, nil},
		{"nor are counts without an end", "remote: Enumerating objects: 5, done.\nremote: Total 5 (delta 0), reused 0 (delta 0), pack-reused 0\n", nil, nil},
		{"the server's phases are progress too", "remote: Counting objects: 100% (500/500), done.\x1b[K\n", []string{"counting objects 100%"}, nil},
		{"the server's words are told", "remote: Welcome!\x1b[K\n", []string{"remote: Welcome!"}, []string{"remote: Welcome!"}},
		{"without what could harm a terminal", "remote: a\x07b\x1b[31mred\x1b[0m\xff\u202e\n", []string{"remote: a bred?"}, []string{"remote: a bred?"}},
		{"warnings are told", "warning: redirecting to https://h/\n", []string{"warning: redirecting to https://h/"}, []string{"warning: redirecting to https://h/"}},
		{"errors are kept", "fatal: no\n", nil, []string{"fatal: no"}},
		{"a last line needs no end", "fatal: no", nil, []string{"fatal: no"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := progress{hide: unhidden}
			var told []string
			for _, b := range []byte(tc.text) { // wherever it is cut
				told = append(told, p.take([]byte{b})...)
			}
			require.Equal(t, tc.told, append(told, p.end()...))
			require.Equal(t, tc.last, p.last)
		})
	}
}

func TestAServerCannotFillTheLog(t *testing.T) {
	p := progress{hide: unhidden}
	told := p.take([]byte(strings.Repeat("remote: "+strings.Repeat("é", 10_000)+"\n", 1000)))
	require.Len(t, told, maxRemote)
	require.LessOrEqual(t, len([]rune(told[0])), maxLine+1)
	require.Len(t, p.last, maxLast)
	require.Empty(t, p.take([]byte(strings.Repeat("x", 10*maxChunk))))
	require.LessOrEqual(t, len(p.rest), maxChunk)
}

func TestSecretsAreReplacedBeforeALineIsCut(t *testing.T) {
	var r redaction
	r.add([]string{"abc", "s3cret", "s3cret-and-more"})
	p := progress{hide: r.apply}
	require.Equal(t, []string{"remote: " + strings.Repeat("x", 188) + "***"}, p.take([]byte("remote: "+strings.Repeat("x", 188)+"s3cret-and-more\n")))
	require.Equal(t, "abc ***", r.apply("abc s3cret"), "what is too short to be told from other words stays")
}

func TestEveryFormOfASecretIsKnown(t *testing.T) {
	all := credentials{username: "me", password: "p/w"}.secrets()
	require.Subset(t, all, []string{"p/w", "p%2Fw", "cC93", "bWU6cC93"})
	require.Subset(t, credentials{header: "Basic bWU6cC93"}.secrets(), []string{"Basic bWU6cC93", "bWU6cC93", "p/w"})
	require.Contains(t, credentials{privateKey: opensshKey}.secrets(), strings.Split(opensshKey, "\n")[1])
	require.NotContains(t, credentials{privateKey: opensshKey}.secrets(), strings.Split(opensshKey, "\n")[0])
}

func TestAServersPhasesCannotFillTheLog(t *testing.T) {
	p := progress{hide: unhidden}
	told := 0
	for range 1000 {
		told += len(p.take([]byte("remote: Counting objects:  90% (900/1000)\rremote: Updating files:  90% (900/1000)\r")))
	}
	require.Equal(t, maxTenths, told)
	require.Zero(t, p.files, "the server does not write files")
	require.Equal(t, []string{"updating files 100%"}, p.take([]byte("Updating files: 100% (1000/1000)\r")))
}
