package patch

import (
	"bytes"
	"encoding/json"
)

// What is here reads JSON that is known to be valid, because it has been decoded. Of other text it makes nothing sensible, but
// it always returns.

// isObject reports whether a text is a JSON object.
func isObject(text []byte) bool {
	i := skipSpace(text, 0)
	return i < len(text) && text[i] == '{'
}

// findMember returns the value of a member of an object; the last one where there are several, as decoding does. It is nil where
// there is none.
func findMember(object []byte, key string) (found []byte) {
	eachPart(object, '{', func(i int) int {
		start := i
		i = skipValue(object, i)
		name := object[start:i]
		i = skipSpace(object, i)
		if i >= len(object) || object[i] != ':' {
			return len(object)
		}
		start = skipSpace(object, i+1)
		i = skipValue(object, start)
		if isString(name, key) {
			found = object[start:i]
		}
		return i
	})
	return found
}

// splitElements returns the elements of a list.
func splitElements(list []byte) (elements [][]byte) {
	eachPart(list, '[', func(i int) int {
		end := skipValue(list, i)
		elements = append(elements, list[i:end])
		return end
	})
	return elements
}

// eachPart calls the function where a member or element begins; it returns where that ends.
func eachPart(text []byte, open byte, part func(int) int) {
	i := skipSpace(text, 0)
	if i >= len(text) || text[i] != open {
		return
	}
	for i = skipSpace(text, i+1); i < len(text) && text[i] != '}' && text[i] != ']'; {
		i = skipSpace(text, part(i))
		if i < len(text) && text[i] == ',' {
			i = skipSpace(text, i+1)
		}
	}
}

// isString compares a string as it is written in JSON.
func isString(written []byte, want string) bool {
	if !bytes.ContainsRune(written, '\\') {
		return len(written) == len(want)+2 && string(written[1:len(written)-1]) == want
	}
	var got string
	return json.Unmarshal(written, &got) == nil && got == want
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

// skipValue returns where the value that begins at i ends. It always goes on by one byte or more, up to the end of the text.
func skipValue(text []byte, i int) int {
	depth := 0
	for i < len(text) {
		switch text[i] {
		case '"':
			i = skipString(text, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		default:
			i = skipPlain(text, i)
		}
		if depth <= 0 {
			return i
		}
	}
	return len(text)
}

// skipPlain passes a number or word, or what stands between values.
func skipPlain(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '"', '{', '[', '}', ']', ',', ':', ' ', '\n', '\r', '\t':
			return i
		}
	}
	return i
}

// skipString returns where the string that begins at i ends.
func skipString(text []byte, i int) int {
	for i++; i < len(text); i++ {
		next := bytes.IndexByte(text[i:], '"')
		if next < 0 {
			return len(text)
		}
		i += next
		backslashes := 0
		for text[i-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return i + 1
		}
	}
	return len(text)
}
