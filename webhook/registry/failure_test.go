package registry

import (
	"errors"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheAddressThatWasAskedIsNotShown(t *testing.T) {
	for _, err := range []error{
		&url.Error{Op: "Get", URL: "https://storage.example/x?signature=secret", Err: errors.New("no route")},
		fmt.Errorf("reading: %w", &url.Error{Op: "Get", URL: "https://a/?secret", Err: &url.Error{Op: "Get", URL: "https://b/?secret", Err: errors.New("no route")}}),
		errors.New(`GET https://storage.example/x?signature=secret: no route`),
		errors.New(`Get "https://storage.example/x?signature=secret": no route`),
	} {
		require.Equal(t, "asking registry registry.example: no route", explain(err, "registry.example", 0).Error())
	}
}

func TestAnExplanationIsOneShortLine(t *testing.T) {
	got := explain(errors.New("a\rb\x1b[31m\u2028"+string(make([]byte, 5000))), "registry.example", 0).Error()
	require.Regexp(t, `^asking registry registry\.example: a b \[31m .*…$`, got)
	require.Less(t, len(got), 400)
}

// In what follows, the client quotes bodies.
func TestOnlyTheFirstLineOfWhatTheClientSaysIsShown(t *testing.T) {
	require.Equal(t, "asking registry registry.example: no token in bearer response",
		explain(errors.New("no token in bearer response:\n{\"secret\":1}"), "registry.example", 0).Error())
}
