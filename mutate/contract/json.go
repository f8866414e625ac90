package contract

import (
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendString appends a string as JSON. Bytes that are not UTF-8 become the replacement character, as JSON cannot hold them; control
// characters are escaped, so that the string stays on one line.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r < ' ' || r == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&0xf])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// unescape is the inverse of what [appendString] does between the quotes.
func unescape(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch {
		case i == len(s):
			return "", false
		case s[i] == '"' || s[i] == '\\':
			b.WriteByte(s[i])
		case s[i] == 'n':
			b.WriteByte('\n')
		case s[i] == 'u' && i+4 < len(s) && s[i+1:i+3] == "00":
			high, low := strings.IndexByte(hexDigits, s[i+3]), strings.IndexByte(hexDigits, s[i+4])
			if high < 0 || low < 0 {
				return "", false
			}
			b.WriteByte(byte(high<<4 | low))
			i += 4
		default:
			return "", false
		}
	}
	return b.String(), true
}
