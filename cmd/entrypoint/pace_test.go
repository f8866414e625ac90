package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatIsInsideIsLookedForLessOftenInTime(t *testing.T) {
	for _, tc := range []struct {
		name         string
		waited, want time.Duration
	}{
		{"at first ten times a second", 0, 100 * time.Millisecond},
		{"for ten seconds", 10 * time.Second, 100 * time.Millisecond},
		{"then after a hundredth more", 50 * time.Second, 500 * time.Millisecond},
		{"at least once a second", time.Hour, time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) { require.Equal(t, tc.want, insideTick(tc.waited)) })
	}
}
