package manifest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Make gives the object that a controller makes of the template at a path in an owner, such as spec, template: the template's metadata and
// spec, and a name that is generated from the owner's. What no type knows is a part of it, too.
func Make(owner *Object, apiVersion, kind string, path ...string) (*Object, error) {
	raw, err := owner.result()
	if err != nil {
		return nil, err
	}
	var template struct {
		Metadata map[string]json.RawMessage `json:"metadata"`
		Spec     json.RawMessage            `json:"spec"`
	}
	for _, key := range path {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(raw, &members); err != nil {
			return nil, fmt.Errorf("reading the template of %s %s: %w", owner.Kind, owner.Name(), err)
		}
		raw = members[key]
	}
	if err := json.Unmarshal(raw, &template); err != nil {
		return nil, fmt.Errorf("reading the template of %s %s: %w", owner.Kind, owner.Name(), err)
	}
	metadata := map[string]any{}
	for key, value := range template.Metadata {
		metadata[key] = value
	}
	delete(metadata, "name")
	metadata["generateName"] = strings.TrimSuffix(owner.Name(), "-") + "-"
	made, err := json.Marshal(map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": metadata, "spec": template.Spec})
	return &Object{APIVersion: apiVersion, Kind: kind, Raw: made}, err
}

// PageOf is a page that holds one object, which comes from no file.
func PageOf(o *Object) Page { return Page{Document: Document{Text: o.Raw}, root: o} }
