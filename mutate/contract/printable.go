package contract

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// EscapeUnprintable writes what is not printable in encoded JSON as \u…, which JSON leaves to the writer beyond ASCII. The JSON means the same, and
// texts of a container in it cannot control the terminal of who looks at it. Ends of lines stay: outside of strings they are those of the layout, and
// inside there are none.
func EscapeUnprintable(json string) string {
	if !strings.ContainsFunc(json, unprintable) {
		return json
	}
	var b strings.Builder
	for _, r := range json {
		switch {
		case !unprintable(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			writeUnit(&b, high)
			writeUnit(&b, low)
		default:
			writeUnit(&b, r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }

// writeUnit writes 16 bits.
func writeUnit(b *strings.Builder, unit rune) {
	b.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		b.WriteByte(hexDigits[unit>>shift&0xf])
	}
}
