package sidecarstop_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/sidecarstop"
)

func TestWhatAPodWaitsForIsRead(t *testing.T) {
	require.Equal(t, sidecarstop.Waits{}, sidecarstop.ParseWaits(""))
	waits := sidecarstop.ParseWaits("- service: db\n  timeout: 10m\n- job: migrate\n  for: [nova]\n")
	require.Empty(t, waits.Unreadable)
	require.Len(t, waits.Entries, 2)
	require.True(t, waits.Entries[1].Holds("nova"))
}

func TestATextThatIsTooLongIsNotParsed(t *testing.T) {
	waits := sidecarstop.ParseWaits(strings.Repeat("- service: db\n", 1<<15))
	require.Equal(t, sidecarstop.Waits{Unreadable: "it is longer than 65536 bytes"}, waits)
}

// FuzzAnyTextIsReadOrNot claims that no text is a danger, and that a text is either nothing, entries, or unreadable as a whole.
func FuzzAnyTextIsReadOrNot(f *testing.F) {
	for _, text := range []string{
		"", "- service: db", "[", "- service: db\n- service: db", "&a [*a, *a]", "- &a {service: db}\n- *a", "- service: db\n  for: [" + strings.Repeat("a,", 100) + "]",
		"- resource: {apiVersion: v1, kind: Secret, name: x}", "\xff", "- job: {labels: {a: b}}", strings.Repeat("[", 10000), "service: db",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		waits := sidecarstop.ParseWaits(text)
		if waits.Unreadable != "" {
			require.Empty(t, waits.Entries)
			return
		}
		require.Equal(t, text == "", len(waits.Entries) == 0)
	})
}
