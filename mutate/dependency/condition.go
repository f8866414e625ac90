package dependency

// Condition is one of status.conditions that a resource must have.
type Condition struct{ kind, status string }

// Type is the condition's, such as Ready.
func (c Condition) Type() string { return c.kind }

// Status is the one that it must have: True, False or Unknown.
func (c Condition) Status() string { return c.status }

// conditionStatuses are those of Kubernetes' conditions; the first is the default, as with kubectl wait.
var conditionStatuses = []string{"True", "False", "Unknown"}

// Holds reports whether the object has the condition, as kubectl wait judges: one that was observed before the object's last change says
// nothing about what the object is now.
func (c Condition) Holds(object map[string]any) bool {
	status, _ := object["status"].(map[string]any)
	conditions, _ := status["conditions"].([]any)
	for _, element := range conditions {
		condition, _ := element.(map[string]any)
		if condition["type"] == c.kind {
			return condition["status"] == c.status && !isOutdated(object, condition, status)
		}
	}
	return false
}

// isOutdated compares generations. The condition's own counts before that of the whole status; without either nothing is known to be old.
func isOutdated(object, condition, status map[string]any) bool {
	metadata, _ := object["metadata"].(map[string]any)
	generation, known := metadata["generation"].(int64)
	observed, told := condition["observedGeneration"].(int64)
	if !told {
		observed, told = status["observedGeneration"].(int64)
	}
	return known && told && observed < generation
}
