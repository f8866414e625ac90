package manifest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// Page is a document that was read.
type Page struct {
	Document
	// root is nil where the document holds nothing.
	root *Object
}

// Object is one object of a document.
type Object struct {
	// APIVersion and Kind are as they are written. For an item of a list like PodList, which may leave them out, they are those of the list.
	APIVersion, Kind string
	// Place is where the object is in the document, such as items[3]. Empty means that it is the document.
	Place string
	// Raw is the object as JSON.
	Raw json.RawMessage
	// Rewritten takes the place of Raw. Nil means that nothing does.
	Rewritten json.RawMessage

	// items are those of a list, and nil for everything else.
	items []*Object
	// members are those of a list.
	members map[string]json.RawMessage
}

// maxDepth bounds lists in lists. Nobody needs more than one.
const maxDepth = 8

// Parse reads a document. Errors name the line in the file where it is known.
func Parse(d Document) (Page, error) {
	page := Page{Document: d}
	if d.Number == 0 {
		return page, nil
	}
	text, err := toJSON(d)
	if err != nil || string(text) == "null" {
		return page, err
	}
	page.root, err = parseObject(text, "", 0)
	return page, err
}

func toJSON(d Document) ([]byte, error) {
	if json.Valid(d.Text) {
		return d.Text, nil
	}
	text, err := yaml.YAMLToJSON(d.Text)
	return text, d.explain(err)
}

// CheckKeys reports keys that stand twice in a mapping, of which reading takes the last. It is no error of [Parse], because nobody
// asked for a judgement about objects of all kinds.
func (d Document) CheckKeys() error {
	if json.Valid(d.Text) {
		return nil
	}
	_, err := yaml.YAMLToJSONStrict(d.Text)
	return d.explain(err)
}

// explain says an error of the YAML parser in terms of the file.
func (d Document) explain(err error) error {
	if err == nil {
		return nil
	}
	message := strings.TrimPrefix(err.Error(), "error converting YAML to JSON: ")
	return errors.New(inFile(strings.Join(strings.Fields(message), " "), d.start-1))
}

var lineNumber = regexp.MustCompile(`\bline (\d+)`)

// inFile makes line numbers that count from the document's text count from the file's.
func inFile(message string, above int) string {
	return lineNumber.ReplaceAllStringFunc(message, func(found string) string {
		n, err := strconv.Atoi(strings.TrimPrefix(found, "line "))
		if err != nil {
			return found // longer than any number of lines
		}
		return fmt.Sprintf("line %d", n+above)
	})
}

func parseObject(raw json.RawMessage, place string, depth int) (*Object, error) {
	o := &Object{Place: place, Raw: raw}
	if err := json.Unmarshal(raw, &o.members); err != nil || o.members == nil {
		return nil, errors.New(o.in("not an object: a document is a mapping with apiVersion and kind"))
	}
	o.APIVersion, o.Kind = text(o.members["apiVersion"]), text(o.members["kind"])
	if o.APIVersion == "" || o.Kind == "" {
		return nil, errors.New(o.in("not an object of Kubernetes: apiVersion or kind is missing"))
	}
	return o, o.parseItems(depth)
}

// parseItems reads the items of a List, and of a list of one kind, such as PodList.
func (o *Object) parseItems(depth int) error {
	of, isList := strings.CutSuffix(o.Kind, "List")
	items, hasItems := elements(o.members["items"])
	if !isList || !hasItems {
		return nil
	}
	if depth == maxDepth {
		return errors.New(o.in(fmt.Sprintf("lists are nested more than %d deep", maxDepth)))
	}
	o.items = make([]*Object, len(items))
	for i, raw := range items {
		place := strings.TrimPrefix(fmt.Sprintf("%s.items[%d]", o.Place, i), ".")
		if of != "" {
			o.items[i] = &Object{APIVersion: o.APIVersion, Kind: of, Place: place, Raw: raw}
			continue
		}
		var err error
		if o.items[i], err = parseObject(raw, place, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (o *Object) in(message string) string {
	if o.Place == "" {
		return message
	}
	return o.Place + ": " + message
}

// Name is the object's name, or what its name is generated from.
func (o *Object) Name() string {
	var members map[string]json.RawMessage
	if json.Unmarshal(o.Raw, &members) != nil || json.Unmarshal(members["metadata"], &members) != nil {
		return ""
	}
	return cmp.Or(text(members["name"]), text(members["generateName"]))
}

func elements(raw json.RawMessage) (list []json.RawMessage, isList bool) {
	err := json.Unmarshal(raw, &list)
	return list, err == nil
}

func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// Objects goes through the objects of a page that are no lists, in their order.
func (p Page) Objects() iter.Seq[*Object] {
	return func(yield func(*Object) bool) {
		if p.root != nil {
			p.root.walk(yield)
		}
	}
}

func (o *Object) walk(yield func(*Object) bool) bool {
	if o.items == nil {
		return yield(o)
	}
	for _, item := range o.items {
		if !item.walk(yield) {
			return false
		}
	}
	return true
}

// Changed reports whether any object of the page was rewritten.
func (p Page) Changed() bool {
	for o := range p.Objects() {
		if o.Rewritten != nil {
			return true
		}
	}
	return false
}

// result is what came of an object, with all that is in it.
func (o *Object) result() (json.RawMessage, error) {
	switch {
	case o.Rewritten != nil:
		return o.Rewritten, nil
	case o.items == nil:
		return o.Raw, nil
	}
	items := make([]json.RawMessage, len(o.items))
	for i, item := range o.items {
		var err error
		if items[i], err = item.result(); err != nil {
			return nil, err
		}
	}
	list, err := json.Marshal(items)
	if err != nil {
		return nil, err
	}
	o.members["items"] = list
	return json.Marshal(o.members)
}
