package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// prefixed passes pieces through a prefixer and returns all that comes out.
func prefixed(pieces ...string) string {
	p := prefixer{prefix: "p: "}
	var out strings.Builder
	for _, piece := range pieces {
		out.Write(p.add([]byte(piece)))
	}
	out.Write(p.rest())
	return out.String()
}

func TestLinesArePrefixed(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, tc := range []struct {
		name   string
		pieces []string
		want   string
	}{
		{"nothing", nil, ""},
		{"whole lines", []string{"a\nb\n"}, "p: a\np: b\n"},
		{"an empty line", []string{"\n"}, "p: \n"},
		{"a line in pieces", []string{"a", "b", "\nc", "\n"}, "p: ab\np: c\n"},
		{"a last line without an end", []string{"a\nb"}, "p: a\np: b"},
		{"a progress bar", []string{"10%\r50%", "\r100%\nnext\n"}, "p: 100%\np: next\n"},
		{"lines that end in CR LF", []string{"a\r\nb\r", "\n"}, "p: a\r\np: b\r\n"},
		{"a progress bar without an end", []string{"10%\r100%\r"}, "p: 100%\r"},
		{"a line as long as can be kept", []string{long[1:], "\n"}, "p: " + long[1:] + "\n"},
		{"a longer line", []string{long, "y\nz\n"}, "p: " + long + "y\np: z\n"},
		{"a very long line", []string{long + long + long}, "p: " + long + long + long},
		{"a progress bar longer than a line", []string{long[:maxLine-3] + "\rab" + "c", "\n"}, "p: abc\n"},
	} {
		t.Run(tc.name, func(t *testing.T) { require.Equal(t, tc.want, prefixed(tc.pieces...)) })
	}
}

func TestOnlyWholeLinesComeOutOfThePrefixer(t *testing.T) {
	p := prefixer{prefix: "p: "}
	require.Empty(t, p.add([]byte("no end")))
	require.Equal(t, "p: no end yet\n", string(p.add([]byte(" yet\nnext"))))
}

// FuzzNoByteIsLostOrAddedButThePrefixes takes the prefixes out again, a byte that occurs in no text.
func FuzzNoByteIsLostOrAddedButThePrefixes(f *testing.F) {
	f.Add([]byte("a\nb\n\nc"), uint8(2))
	f.Add(bytes.Repeat([]byte("x"), maxLine+1), uint8(255))
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		for _, forbidden := range []string{"\r", "\x01"} {
			text = bytes.ReplaceAll(text, []byte(forbidden), nil)
		}
		p := prefixer{prefix: "\x01"}
		var out []byte
		for piece := range slices.Chunk(text, int(size)+1) {
			out = append(out, p.add(piece)...)
			require.LessOrEqual(t, len(p.line), maxLine)
		}
		out = append(out, p.rest()...)
		require.Equal(t, string(text), strings.ReplaceAll(string(out), "\x01", ""))
		lines := bytes.Count(text, []byte("\n"))
		if len(text) > 0 && text[len(text)-1] != '\n' {
			lines++
		}
		require.Equal(t, lines, bytes.Count(out, []byte("\x01")))
		require.Equal(t, lines, bytes.Count(append([]byte("\n"), out...), []byte("\n\x01")), "each at the beginning of a line")
	})
}
