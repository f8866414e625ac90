package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// endless is a file without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	return len(p), nil
}

func TestWhatCannotBeReadAsTextIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name string
		from io.Reader
		want string
	}{
		{"too much", endless{}, "reading stdin: it has more than 64 MiB"},
		{"text in UTF-16", strings.NewReader("\xff\xfea\x00:\x00"), "reading stdin: it is not text in UTF-8"},
		{"what fails", io.MultiReader(strings.NewReader("a"), failing{}), "reading stdin: unplugged"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := inputs{names: []string{"-"}}.read(tc.from)
			require.EqualError(t, err, tc.want)
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("unplugged") }
