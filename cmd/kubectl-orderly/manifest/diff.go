package manifest

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
	"sigs.k8s.io/yaml"
)

// Style is how a difference looks.
type Style int

const (
	// Plain is for programs and files.
	Plain Style = iota
	// Coloured is for terminals: what goes is red, what comes is green.
	Coloured
)

// contextLines are how many lines are shown around a change, as everywhere.
const contextLines = 3

// WriteDiff writes what was rewritten in an object, as a unified diff of its YAML with the keys in order. The title says which object it
// is. There is nothing to write about an object that was not rewritten.
func WriteDiff(w io.Writer, o *Object, title string, style Style) error {
	if o.Rewritten == nil {
		return nil
	}
	before, err := yaml.JSONToYAML(o.Raw)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", title, err)
	}
	after, err := yaml.JSONToYAML(o.Rewritten)
	if err != nil {
		return fmt.Errorf("encoding what was rewritten in %s: %w", title, err)
	}
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: slices.Collect(strings.Lines(string(before))), B: slices.Collect(strings.Lines(string(after))), Context: contextLines,
		FromFile: title, ToFile: title + ", as admission writes it",
	})
	if err != nil {
		return fmt.Errorf("comparing %s: %w", title, err)
	}
	if style == Coloured {
		text = colour(text)
	}
	_, err = io.WriteString(w, text)
	return err
}

// Escape sequences of terminals (ECMA-48, SGR).
const (
	bold, red, green, cyan = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m"
	reset                  = "\x1b[0m"
)

// colour colours the lines of a unified diff of one file, of which the first two are the title.
func colour(diff string) string {
	var b strings.Builder
	number := 0
	for line := range strings.Lines(diff) {
		number++
		paint := ""
		switch {
		case number <= 2:
			paint = bold
		case line[0] == '-':
			paint = red
		case line[0] == '+':
			paint = green
		case line[0] == '@':
			paint = cyan
		}
		if paint == "" {
			b.WriteString(line)
			continue
		}
		b.WriteString(paint + strings.TrimSuffix(line, "\n") + reset + "\n")
	}
	return b.String()
}
