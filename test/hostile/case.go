package hostile

import (
	"fmt"
	"strings"

	"orderly.dev/mutate/contract"
)

// Case is one hostile value of a key of the contract.
type Case struct {
	// Name says what is hostile.
	Name string
	// Key is the annotation, or contract.LabelInject.
	Key string
	// Value is what stands there.
	Value string
}

// Path is how a denial names the place.
func (c Case) Path() string {
	if c.Key == contract.LabelInject {
		return "metadata.labels[" + c.Key + "]"
	}
	return "metadata.annotations[" + c.Key + "]"
}

// Cases gives the whole corpus, always in the same order, each pair of key and value once. What it is to be kept from is to make the file with
// that path.
func Cases(canary string) []Case {
	var all []Case
	seen := map[[2]string]bool{}
	add := func(key, name, value string) {
		if id := [2]string{key, value}; !seen[id] {
			seen[id] = true
			all = append(all, Case{Name: fmt.Sprintf("%s is %s", strings.TrimPrefix(key, contract.Prefix), name), Key: key, Value: value})
		}
	}
	for _, key := range contract.Keys() {
		if key.Origin != contract.ByUser {
			continue
		}
		for _, text := range textsFor(key.Name, canary) {
			add(key.Name, text.name, text.value)
		}
	}
	return all
}

func textsFor(key, canary string) []text {
	all := texts(canary)
	for _, template := range templates[key] {
		for _, text := range template.texts(canary) {
			all = append(all, template.with(text))
		}
	}
	return append(all, damaged(key)...)
}
