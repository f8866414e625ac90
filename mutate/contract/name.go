package contract

// maxName is the longest name that Kubernetes allows for a container: a DNS label (RFC 1123).
const maxName = 63

// isName reports whether s can be the name of a container.
func isName(s string) bool {
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
