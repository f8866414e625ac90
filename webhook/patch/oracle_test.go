package patch

import (
	"reflect"
	"slices"
)

// This is the simple and slow way to the same end, on whole documents. The fuzzing holds [Make] against it.

// survive returns the result of a rewrite as the raw object would show it. The rewrite saw the original, which is
// the raw object as our types understand it, and made the result of it. Hence three rules for every field:
//
//   - what the raw object has and the original has not is unknown to our types, or was empty: it stays;
//   - what the original and the result have alike stays as the raw object has it, absent or written in another way (0.5 for
//     500m) included;
//   - the rest is as in the result.
//
// Elements of lists are followed by their names, not their places, also where a container becomes an init container.
func survive(raw, original, result map[string]any) map[string]any {
	merged := map[string]any{}
	for key, value := range raw {
		if _, known := original[key]; !known {
			merged[key] = value
		}
	}
	for key, value := range result {
		rawValue, present := raw[key]
		if !present && reflect.DeepEqual(value, original[key]) {
			continue
		}
		merged[key] = surviveValue(pair{rawValue, original[key]}, value, oracleSiblings(key, raw, original))
	}
	return merged
}

// pair is one value in the raw object and in the original.
type pair struct{ raw, original any }

// surviveValue carries on below one field. The siblings are further elements that those of a list may come from.
func surviveValue(before pair, result any, siblings []pair) any {
	if reflect.DeepEqual(before.original, result) {
		return before.raw
	}
	switch value := result.(type) {
	case map[string]any:
		raw, rawIs := before.raw.(map[string]any)
		original, originalIs := before.original.(map[string]any)
		if rawIs && originalIs {
			return survive(raw, original, value)
		}
	case []any:
		return surviveList(append(elements(before.raw, before.original), siblings...), value)
	}
	return result
}

// surviveList carries each element on from the one that it was before, if there was one.
func surviveList(before []pair, result []any) []any {
	merged := make([]any, len(result))
	for i, value := range result {
		merged[i] = value
		if j := findElement(before, value); j >= 0 {
			merged[i] = surviveValue(before[j], value, nil)
			before = slices.Delete(before, j, j+1)
		}
	}
	return merged
}

// elements pairs the elements of a list. Decoding keeps their number, so they correspond by place.
func elements(raw, original any) []pair {
	rawList, _ := raw.([]any)
	originalList, _ := original.([]any)
	if len(rawList) != len(originalList) {
		return nil
	}
	pairs := make([]pair, len(rawList))
	for i := range rawList {
		pairs[i] = pair{rawList[i], originalList[i]}
	}
	return pairs
}

// oracleSiblings are the elements of the list that the elements of the given one may have moved from.
func oracleSiblings(key string, raw, original map[string]any) []pair {
	switch key {
	case "containers":
		return elements(raw["initContainers"], original["initContainers"])
	case "initContainers":
		return elements(raw["containers"], original["containers"])
	}
	return nil
}

// findElement returns the index of what a value was before, or -1: the one equal to it, else the one of the same identity.
func findElement(before []pair, value any) int {
	if i := slices.IndexFunc(before, func(p pair) bool { return reflect.DeepEqual(p.original, value) }); i >= 0 {
		return i
	}
	identity := oracleIdentity(value)
	if identity == nil {
		return -1
	}
	return slices.IndexFunc(before, func(p pair) bool { return oracleIdentity(p.original) == identity })
}

// oracleIdentity is what tells an element of a list from the others: the path of a mount or device, the name of anything else; nil
// for what has neither.
func oracleIdentity(element any) any {
	fields, _ := element.(map[string]any)
	for _, key := range []string{"mountPath", "devicePath", "name"} {
		if value, is := fields[key].(string); is {
			return [2]string{key, value}
		}
	}
	return nil
}
