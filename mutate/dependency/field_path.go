package dependency

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// The place of a value in an object: keys with dots between them, and [N] for the element of a list, counted from 0.
//
//	spec.arbitrary-key
//	status.loadBalancer.ingress[0].hostname
//	metadata.annotations.example\.com/phase
//
// A backslash makes a dot, a bracket or a backslash part of a key.

// FieldPath is such a place. It is only made by parsing.
type FieldPath struct{ parts []part }

// part is a key, or an index where isIndex is true.
type part struct {
	key     string
	index   int
	isIndex bool
}

const (
	// maxPath bounds the text of a path, in bytes: with it a message stays readable.
	maxPath = 512
	// maxParts bounds the keys and indices of a path.
	maxParts = 32
	// maxIndex bounds an index. No object that fits into etcd has longer lists worth waiting for.
	maxIndex = 9999
)

const pathHint = `write keys with dots between them such as spec.replicas or status.hosts[0].ready, and \. for a dot in a key`

const literalPathHint = "write keys with dots between them such as spec.replicas"

// parsePath reads the path of a field.
func parsePath(text string) (FieldPath, error) {
	var parts []part
	for rest, first := text, true; rest != "" || first; first = false {
		key, behind, err := cutKey(rest)
		if err != nil {
			return FieldPath{}, err
		}
		parts = append(parts, part{key: key})
		if parts, rest, err = cutIndices(parts, behind); err != nil {
			return FieldPath{}, err
		}
	}
	return newPath(parts)
}

// cutKey reads one key, up to a dot or a bracket.
func cutKey(text string) (key, behind string, err error) {
	var made strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '.' || c == '[':
			return made.String(), text[i:], nil
		case c == ']':
			return "", "", errors.New("the key has a ] without its [")
		case c == '\\' && (i+1 == len(text) || !strings.ContainsRune(escaped, rune(text[i+1]))):
			return "", "", errors.New(`a backslash stands before none of . [ ] \`)
		case c == '\\':
			i++
			made.WriteByte(text[i])
		default:
			made.WriteByte(c)
		}
	}
	return made.String(), "", nil
}

// escaped are the characters that stand behind a backslash when they are part of a key.
const escaped = `.[]\`

// cutIndices reads indices behind a key, and the dot before the next one.
func cutIndices(parts []part, text string) ([]part, string, error) {
	for strings.HasPrefix(text, "[") {
		digits, behind, closed := strings.Cut(text[1:], "]")
		index, err := strconv.Atoi(digits)
		if err != nil || !closed || strconv.Itoa(index) != digits || index < 0 || index > maxIndex {
			return nil, "", fmt.Errorf("between [ and ] stands no number from 0 to %d", maxIndex)
		}
		parts, text = append(parts, part{index: index, isIndex: true}), behind
	}
	rest, dotted := strings.CutPrefix(text, ".")
	switch {
	case dotted && rest == "":
		return nil, "", errors.New("the key ends with a dot")
	case !dotted && text != "":
		return nil, "", errors.New("behind ] stands neither a dot nor [")
	}
	return parts, rest, nil
}

// newPath accepts parts that can stand in an object.
func newPath(parts []part) (FieldPath, error) {
	if len(parts) > maxParts {
		return FieldPath{}, fmt.Errorf("the key has more than %d parts", maxParts)
	}
	for _, p := range parts {
		switch {
		case !p.isIndex && p.key == "":
			return FieldPath{}, errors.New("a part of the key is empty")
		case strings.ContainsFunc(p.key, func(r rune) bool { return !unicode.IsPrint(r) }):
			return FieldPath{}, errors.New("the key has a character that cannot be printed")
		}
	}
	path := FieldPath{parts: parts}
	if len(path.String()) > maxPath {
		return FieldPath{}, fmt.Errorf("the key has more than %d bytes", maxPath)
	}
	return path, nil
}

// literalPath is a path of keys in which no character has a meaning but the dot.
func literalPath(text string) (FieldPath, error) {
	var parts []part
	for key := range strings.SplitSeq(text, ".") {
		parts = append(parts, part{key: key})
	}
	return newPath(parts)
}

// String writes the path as it is parsed.
func (p FieldPath) String() string {
	var text strings.Builder
	for i, part := range p.parts {
		switch {
		case part.isIndex:
			text.WriteString("[" + strconv.Itoa(part.index) + "]")
			continue
		case i > 0:
			text.WriteByte('.')
		}
		for _, c := range []byte(part.key) {
			if strings.IndexByte(escaped, c) >= 0 {
				text.WriteByte('\\')
			}
			text.WriteByte(c)
		}
	}
	return text.String()
}

// Find returns what stands at the path in an object as JSON has it: maps by text, lists, texts, numbers and booleans.
func (p FieldPath) Find(object map[string]any) (any, bool) {
	var found any = object
	for _, part := range p.parts {
		if part.isIndex {
			list, isList := found.([]any)
			if !isList || part.index >= len(list) {
				return nil, false
			}
			found = list[part.index]
			continue
		}
		fields, isObject := found.(map[string]any)
		value, there := fields[part.key]
		if !isObject || !there {
			return nil, false
		}
		found = value
	}
	return found, true
}
