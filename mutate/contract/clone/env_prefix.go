package clone

import (
	"errors"
	"strings"
)

// DefaultEnvPrefix is before the names of the variables where nobody says otherwise.
const DefaultEnvPrefix = "ORDERLY_"

// maxEnvPrefix bounds the prefix in bytes, which stands before the name of every variable.
const maxEnvPrefix = 64

var errEnvPrefix = errors.New("this is no first part of a variable's name: up to 63 letters, digits and underscores, without a digit at its beginning; write one such as BUILD_")

// ParseEnvPrefix reads what the names of the variables begin with. The underscore behind it need not be written.
func ParseEnvPrefix(text string) (string, error) {
	prefix := text
	if !strings.HasSuffix(prefix, "_") {
		prefix += "_"
	}
	if text == "" || len(prefix) > maxEnvPrefix || !consistsOf(text, "_") || '0' <= text[0] && text[0] <= '9' {
		return "", errEnvPrefix
	}
	return prefix, nil
}
