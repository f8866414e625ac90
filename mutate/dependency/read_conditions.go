package dependency

import (
	"k8s.io/apimachinery/pkg/api/validate/content"

	"orderly.dev/mutate/annotation"
)

// The conditions of a resource: [{type: Ready, status: "True"}].

// maxConditions bounds those that are asked of one object.
const maxConditions = 16

const conditionsHint = `write conditions: [{type: Ready, status: "True"}]; without status it is True`

func (r *entryReader) conditions(v annotation.Value) []Condition {
	v.Hint = conditionsHint
	var conditions []Condition
	for _, item := range r.itemsUpTo(v, maxConditions) {
		item.Key = "a condition"
		condition := Condition{status: conditionStatuses[0]}
		isMapping := r.Mapping(item, annotation.Form{Name: "a condition", Keys: []string{"type", "status"}, Read: func(value annotation.Value) {
			if value.Key == "status" {
				condition.status, _ = r.Choice(value, conditionStatuses...)
				return
			}
			condition.kind = r.conditionType(value)
		}})
		for _, before := range conditions {
			if before.kind == condition.kind && condition.kind != "" {
				r.RefuseValue(item.Place, condition.kind, "the type stands in these conditions already; remove one of them")
			}
		}
		if isMapping && condition.kind == "" {
			r.Refuse(item.Place, "a condition needs its type; "+conditionsHint)
		}
		conditions = append(conditions, condition)
	}
	return conditions
}

func (r *entryReader) conditionType(v annotation.Value) string {
	text, ok := r.Text(v)
	if ok && len(content.IsLabelKey(text)) > 0 {
		r.RefuseValue(v.Place, text, "not the type of a condition, such as Ready or example.com/Synced")
	}
	return text
}
