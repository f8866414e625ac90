package clone

import (
	"errors"
	"strings"
)

// maxSecret is the longest name of an object in Kubernetes, a DNS subdomain (RFC 1123).
const maxSecret = 253

// CheckSecret judges the name of a Secret by the rule of Kubernetes: small letters, digits, dashes and dots, and at the ends of what stands
// between dots a letter or a digit. So the name is also a harmless name of a directory.
func CheckSecret(name string) error {
	err := errors.New("this is no name of a Secret: small letters, digits, dashes and dots, with a letter or a digit at both ends")
	if len(name) > maxSecret || !consistsOf(name, "-.") || strings.ToLower(name) != name {
		return err
	}
	for part := range strings.SplitSeq(name, ".") {
		if part == "" || strings.HasPrefix(part, "-") || strings.HasSuffix(part, "-") {
			return err
		}
	}
	return nil
}
