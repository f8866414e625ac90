package mutate

import (
	"encoding/json"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.dev/mutate/contract"
)

// ownerList is the annotation orderly.dev/resolved-steps, which a Job's admission writes into the Job's template: the names
// of all containers there, and which of them are steps. A container of a Pod that is not on the list was added by somebody
// else. The zero value stands for no list.
type ownerList struct {
	Containers []string `json:"containers"`
	Steps      []string `json:"steps"`
}

func listOwner(spec *corev1.PodSpec) ownerList {
	return ownerList{Containers: containerNames(spec.Containers)}
}

func (o ownerList) known() bool { return len(o.Containers) > 0 }

func (o ownerList) has(container string) bool { return slices.Contains(o.Containers, container) }

// index is the place of a container in the list, -1 for one that is not there.
func (o ownerList) index(container string) int { return slices.Index(o.Containers, container) }

// encode writes the list as JSON, such as {"containers":["build","proxy"],"steps":["build"]}.
func (o ownerList) encode() (string, error) {
	text, err := json.Marshal(o)
	return string(text), err
}

// decodeOwnerList reads what encode wrote. Anything else, and a longer list than that can write, counts as none: users do not write
// it, so there is nobody to tell.
func decodeOwnerList(text string) ownerList {
	var o ownerList
	if json.Unmarshal([]byte(text), &o) != nil || len(o.Containers) > maxContainers || len(o.Steps) > contract.MaxSteps {
		return ownerList{}
	}
	return o
}
