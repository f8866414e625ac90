package annotation

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Plain refuses what YAML offers beyond lists, mappings and texts.
func (r *Reader) Plain(v Value) bool {
	if !IsPlain(v.Node) {
		r.Refuse(v.Place, "anchors, aliases and tags of YAML are not allowed here; write the text itself")
		return false
	}
	return true
}

// Text reads one text that is not empty.
func (r *Reader) Text(v Value) (string, bool) {
	text, ok := r.textOrEmpty(v)
	if ok && text == "" {
		r.Refuse(v.Place, v.Key+" is empty; give it a value, or remove it")
		return "", false
	}
	return text, ok
}

// textOrEmpty reads one text, which may be empty where that is written down.
func (r *Reader) textOrEmpty(v Value) (string, bool) {
	switch {
	case !r.Plain(v):
	case v.Node.Kind != yaml.ScalarNode:
		r.Refuse(v.Place, v.Key+" is one word, not a list or a mapping; "+v.Hint)
	case v.Node.Value == "" && v.Node.Style == 0:
		r.Refuse(v.Place, v.Key+" is empty; give it a value, or remove it")
	default:
		return v.Node.Value, true
	}
	return "", false
}

// Duration reads a duration above zero.
func (r *Reader) Duration(v Value) (time.Duration, bool) {
	text, ok := r.Text(v)
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		r.RefuseValue(v.Place, text, v.Key+" is not a duration above zero; write one with its unit, such as 30s, 5m or 1h30m")
		return 0, false
	}
	return d, true
}

// Choice reads one of a few words, the first of which is the default.
func (r *Reader) Choice(v Value, words ...string) (string, bool) {
	text, ok := r.Text(v)
	if !ok {
		return "", false
	}
	if !slices.Contains(words, text) {
		r.RefuseValue(v.Place, text, v.Key+" is none of "+strings.Join(words, ", ")+r.Nearest(text, words)+"; "+words[0]+" is the default")
		return "", false
	}
	return text, true
}

// Switch reads true or false; false is the default.
func (r *Reader) Switch(v Value) bool {
	text, _ := r.Choice(v, "false", "true")
	return text == "true"
}
