package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"sigs.k8s.io/yaml"
)

// WriteYAML writes pages, of one file or of several, as a stream of documents. Those without a change are written as they were, if
// need be with a line --- before them.
func WriteYAML(w io.Writer, pages []Page) error {
	var all bytes.Buffer
	for _, p := range pages {
		text, err := p.yaml()
		if err != nil {
			return err
		}
		separate(&all, text)
		all.Write(text)
	}
	_, err := w.Write(all.Bytes())
	return err
}

// separate makes sure that a document does not become a part of the one before it.
func separate(written *bytes.Buffer, next []byte) {
	before := written.Bytes()
	if len(before) == 0 {
		return
	}
	if !bytes.HasSuffix(before, []byte("\n")) {
		written.WriteByte('\n')
	}
	line := bytes.TrimSuffix(before, []byte("\n"))
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	if !isMarker(next, "---") && !isMarker(line, "...") {
		written.WriteString("---\n")
	}
}

func (p Page) yaml() ([]byte, error) {
	if !p.Changed() {
		return p.Text, nil
	}
	result, err := p.root.result()
	if err != nil {
		return nil, fmt.Errorf("encoding what was rewritten: %w", err)
	}
	text, err := yaml.JSONToYAML(result)
	if err != nil {
		return nil, fmt.Errorf("encoding what was rewritten: %w", err)
	}
	if isMarker(p.Text, "---") {
		text = append([]byte("---\n"), text...)
	}
	return text, nil
}

// WriteJSON writes pages as a stream of JSON values, one for each document that holds anything.
func WriteJSON(w io.Writer, pages []Page) error {
	for _, p := range pages {
		if p.root == nil {
			continue
		}
		result, err := p.root.result()
		if err != nil {
			return fmt.Errorf("encoding what was rewritten: %w", err)
		}
		if err := writeIndented(w, result); err != nil {
			return err
		}
	}
	return nil
}

// writeIndented writes keys in order, and numbers as they are.
func writeIndented(w io.Writer, text json.RawMessage) error {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return fmt.Errorf("encoding what was rewritten: %w", err)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "    ") // as kubectl does
	return encoder.Encode(value)
}
