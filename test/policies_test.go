package test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"orderly.dev/mutate/contract"
)

// The policies know by name what only Orderly writes. That each key of the contract gets its answer is tested with the API server; that the policies name
// nothing which is not in the contract, and nothing twice, is tested here.
func TestThePoliciesNameTheKeysOfTheContract(t *testing.T) {
	t.Run("what is read-only", func(t *testing.T) {
		list := regexp.MustCompile(`(?s)name: readOnly\n\s+expression: >-\n\s+\[(.*?)\]`).FindStringSubmatch(readFile(t, "manifests", "install.yaml"))
		require.Len(t, list, 2, "the list of what is read-only")
		require.ElementsMatch(t, readOnlyAnnotations(), quoted(list[1]))
	})
	for _, policy := range []string{"sidecarstop", "pods", "bindings", "unrewritten"} {
		t.Run("policies-"+policy, func(t *testing.T) {
			text := readFile(t, "charts", "orderly", "templates", "policies-"+policy+".yaml")
			for _, name := range quoted(text) {
				require.Contains(t, knownNames(), name)
			}
		})
	}
}

// quoted lists the names of Orderly's domain that are literals of an expression.
func quoted(text string) []string {
	var names []string
	for _, literal := range regexp.MustCompile(`'((?:ready\.)?orderly\.dev/[^' ]*)'`).FindAllStringSubmatch(text, -1) {
		names = append(names, literal[1])
	}
	return names
}

// readOnlyAnnotations are those that Orderly writes, but for the one that a user may set.
func readOnlyAnnotations() []string {
	var names []string
	for _, key := range contract.Keys() {
		if key.Origin == contract.ByOrderly && key.Name != contract.AnnotationCancel && key.Name != contract.LabelManaged {
			names = append(names, key.Name)
		}
	}
	return names
}

// knownNames are the keys, the prefixes, and the scheduling gate.
func knownNames() []string {
	names := []string{contract.Prefix, contract.GatePrefix, contract.SchedulingGate}
	for _, key := range contract.Keys() {
		names = append(names, key.Name)
	}
	return names
}
