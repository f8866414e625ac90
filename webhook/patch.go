package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"

	"gomodules.xyz/jsonpatch/v2"
)

// patchRaw returns the patch that makes of the raw object what the rewrite made of the typed original, with everything of the
// raw object that the types do not know still in place.
func patchRaw(raw []byte, original, result any) ([]jsonpatch.Operation, error) {
	rawTree, err := decodeTree(raw)
	if err != nil {
		return nil, fmt.Errorf("decoding the object: %w", err)
	}
	originalTree, err := treeOf(original)
	if err != nil {
		return nil, fmt.Errorf("encoding the original: %w", err)
	}
	resultTree, err := treeOf(result)
	if err != nil {
		return nil, fmt.Errorf("encoding the result: %w", err)
	}
	want, err := json.Marshal(survive(rawTree, originalTree, resultTree))
	if err != nil {
		return nil, fmt.Errorf("encoding the patched object: %w", err)
	}
	patch, err := jsonpatch.CreatePatch(raw, want)
	if err != nil {
		return nil, fmt.Errorf("making the patch: %w", err)
	}
	return patch, nil
}

func treeOf(object any) (map[string]any, error) {
	encoded, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	return decodeTree(encoded)
}

// decodeTree decodes a JSON object. Numbers stay as they are written, so that none is rounded.
func decodeTree(encoded []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var tree map[string]any
	return tree, decoder.Decode(&tree)
}
