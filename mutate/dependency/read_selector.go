package dependency

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/validate/content"

	"orderly.dev/mutate/annotation"
)

// Jobs and Pods that are meant by labels: {labels: {app: cache}, sameNode: true}.

const (
	keyLabels   = "labels"
	keySameNode = "sameNode"
	keyName     = "name"
)

// maxLabels bounds the labels of an entry.
const maxLabels = 32

const (
	jobHint = "write job: NAME, or job: {labels: {initializes: neutron}}"
	podHint = "write pod: {labels: {app: cache}}, with sameNode: true for one on this node"
)

// selector reads labels, and for Pods whether only this node counts.
func (r *entryReader) selector(d *draft, v annotation.Value) {
	keys := []string{keyLabels, keySameNode}
	if d.kind == Job {
		keys = []string{keyLabels, keyName}
	}
	given := map[string]bool{}
	isMapping := r.Mapping(v, annotation.Form{Name: "a " + string(d.kind), Keys: keys, Read: func(value annotation.Value) {
		given[value.Key] = true
		switch value.Key {
		case keyLabels:
			d.labels = r.labels(value)
		case keySameNode:
			d.sameNode = r.Switch(value)
		case keyName:
			r.object(d, value)
		}
	}})
	switch {
	case !isMapping:
	case given[keyName] && given[keyLabels]:
		r.Refuse(v.Place, "name and labels contradict each other: a job is meant by one of them; remove the other")
	case !given[keyName] && !given[keyLabels]:
		r.Refuse(v.Place, "labels are missing; "+v.Hint)
	}
}

// labels reads labels as Kubernetes allows them, at least one.
func (r *entryReader) labels(v annotation.Value) map[string]string {
	texts := r.Texts(v)
	if len(texts) > maxLabels {
		r.Refuse(v.Place, fmt.Sprintf("%d labels, but at most %d can be asked for; name those that tell the objects apart", len(texts), maxLabels))
		return nil
	}
	labels := make(map[string]string, len(texts))
	for _, label := range texts {
		labels[label.Key] = label.Text
		if reasons := content.IsLabelKey(label.Key); len(reasons) > 0 {
			r.RefuseValue(label.KeyPlace, label.Key, "not the name of a label: "+brief(reasons))
		}
		if reasons := content.IsLabelValue(label.Text); len(reasons) > 0 {
			r.RefuseValue(label.Place, label.Text, "not the value of a label: "+brief(reasons))
		}
	}
	return labels
}
