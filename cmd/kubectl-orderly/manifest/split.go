package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Document is one document of a file, as it was written.
type Document struct {
	// Text is everything from the end of the document before it: with the line --- that it begins with, if it has one, and with comments.
	Text []byte
	// Number counts the documents of the file, from 1. Those that hold nothing but comments do not count; theirs is 0.
	Number int
	// Line is where the document's content begins in the file, from 1.
	Line int
	// start is the line where the text begins, from 1.
	start int
}

// Split cuts the text of a file into its documents. The texts of all of them together are the text of the file.
func Split(text []byte) []Document {
	parts, isJSON := splitJSON(text)
	if !isJSON {
		parts = splitYAML(text)
	}
	documents := make([]Document, len(parts))
	number, line := 0, 1
	for i, part := range parts {
		documents[i] = Document{Text: part, Line: line, start: line}
		if skipped, found := contentLine(part); found {
			number++
			documents[i].Number = number
			documents[i].Line += skipped
		}
		line += bytes.Count(part, []byte("\n"))
	}
	return documents
}

// splitJSON cuts a stream of JSON objects, as kubectl takes them, with the space before each. It is none where anything of it is not
// JSON: what begins like JSON may be YAML.
func splitJSON(text []byte) (parts [][]byte, isJSON bool) {
	if !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	end := 0
	for {
		var value json.RawMessage
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, false
		}
		parts = append(parts, text[end:decoder.InputOffset()])
		end = int(decoder.InputOffset())
	}
	last := len(parts) - 1
	parts[last] = text[end-len(parts[last]):]
	return parts, true
}

// splitYAML cuts before the lines that begin a document, and after those that end one. Such a line cannot be a part of a text in
// YAML, which is always indented.
func splitYAML(text []byte) (parts [][]byte) {
	begin, end := 0, 0
	cut := func() {
		if end > begin {
			parts = append(parts, text[begin:end])
		}
		begin = end
	}
	for line := range bytes.Lines(text) {
		if isMarker(line, "---") {
			cut()
		}
		end += len(line)
		if isMarker(line, "...") {
			cut()
		}
	}
	cut()
	return parts
}

func isMarker(line []byte, marker string) bool {
	rest, found := bytes.CutPrefix(line, []byte(marker))
	return found && (len(rest) == 0 || bytes.ContainsRune([]byte(" \t\r\n"), rune(rest[0])))
}

// contentLine gives the number of lines before the first one that is more than a comment or a marker.
func contentLine(part []byte) (skipped int, found bool) {
	for line := range bytes.Lines(part) {
		for _, marker := range []string{"---", "..."} {
			if isMarker(line, marker) {
				line = line[len(marker):]
			}
		}
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return skipped, true
		}
		skipped++
	}
	return 0, false
}
