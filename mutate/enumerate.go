package mutate

import (
	"fmt"
	"strings"
)

// maxEnumerated bounds the names in one message.
const maxEnumerated = 20

// enumerate lists names for a message.
func enumerate(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	if more := len(names) - maxEnumerated; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxEnumerated], ", "), more)
	}
	return strings.Join(names, ", ")
}
