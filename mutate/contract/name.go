package contract

// MaxSteps bounds the steps of a Pod. Markers, flags and messages that name all of them stay small with it, and the
// volume of the markers holds them all.
const MaxSteps = 100

// maxName is the longest name that Kubernetes allows for a container: a DNS label (RFC 1123).
const maxName = 63

// IsName reports whether s can be the name of a container.
func IsName(s string) bool {
	if s == "" || len(s) > maxName || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
