package mutate

import (
	"fmt"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"orderly.dev/mutate/annotation"
	"orderly.dev/mutate/contract"
)

// The long form of a step, a mapping in place of the name, anywhere in the list and in stages:
//
//	{name: publish, after: [unit], runIf: success, timeout: 10m, retries: 2, onError: fail}

// longForm is what a step says beside its name. The zero value is what the short form means.
type longForm struct {
	// after are the steps that it waits for instead of every entry above; it counts where afterGiven is true.
	after      []reference
	afterGiven bool
	// runIf says whether it runs, given how those ended; runIfPlace is where that stands.
	runIf      contract.RunIf
	runIfPlace annotation.Position
	// timeout bounds each attempt; 0 is no bound.
	timeout time.Duration
	// retries is how often a failed command is started again in place.
	retries int
	// onError says what becomes of its own failure.
	onError contract.OnError
}

// runsOnSuccess reports whether the step runs only where everything before it went well.
func (f longForm) runsOnSuccess() bool { return f.runIf == "" || f.runIf == contract.RunOnSuccess }

func (f longForm) afterNames() []string {
	names := make([]string, len(f.after))
	for i, other := range f.after {
		names[i] = other.name
	}
	return names
}

// maxRetries bounds retries. With pauses that grow to a minute, 100 of them take an hour and a half, and who wants more than that
// wants another Pod.
const maxRetries = 100

// longFormKeys are the keys of a mapping, in the order of the documentation.
var longFormKeys = []string{"name", "after", "runIf", "timeout", "retries", "onError"}

// longForm reads a mapping. A mapping without a name that can be read is no mention, but all else in it is judged.
func (r *stepsReader) longForm(v annotation.Value) []mention {
	m := mention{reference: reference{place: v.Place}}
	named := false
	isMapping := r.Mapping(v, annotation.Form{Name: "a step", Keys: longFormKeys, Foreign: foreignKeys, Read: func(value annotation.Value) {
		named = named || value.Key == "name"
		r.longFormKey(&m, value)
	}})
	if isMapping && !named {
		r.Refuse(v.Place, "the long form of a step needs its name; "+longFormHint)
	}
	if m.name == "" {
		return nil
	}
	return []mention{m}
}

const longFormHint = "write {name: unit, timeout: 5m}, with any of the keys name, after, runIf, timeout, retries and onError"

func (r *stepsReader) longFormKey(m *mention, v annotation.Value) {
	switch v.Key {
	case "name":
		if text, ok := r.Text(v); ok {
			m.name, m.place = text, v.Place
		}
	case "after":
		m.form.after = r.after(v)
		m.form.afterGiven = true
	case "runIf":
		m.form.runIfPlace = v.Place
		text, _ := r.Choice(v, string(contract.RunOnSuccess), string(contract.RunOnFailure), string(contract.RunAlways))
		m.form.runIf = contract.RunIf(text)
	case "timeout":
		m.form.timeout, _ = r.Duration(v)
	case "retries":
		m.form.retries = r.retries(v)
	case "onError":
		text, _ := r.Choice(v, string(contract.ErrorFails), string(contract.ErrorContinues))
		m.form.onError = contract.OnError(text)
	}
}

// foreignKeys are the words of other tools for the same.
var foreignKeys = map[string]string{
	"runAfter": "after", "dependsOn": "after", "depends_on": "after", "needs": "after",
	"when": "runIf", "if": "runIf", "condition": "runIf", "timeoutSeconds": "timeout", "backoffLimit": "retries",
	"continueOnError": "onError", "continue-on-error": "onError", "allow_failure": "onError",
}

// after reads a list of names. What the names mean is judged when all steps are known.
func (r *stepsReader) after(v annotation.Value) []reference {
	const orNone = ", or after: [] to wait for none"
	v.Hint = "write after: [fetch, build]" + orNone
	if text := v.Node.Value; v.Node.Kind == yaml.ScalarNode && text != "" && annotation.IsPlain(v.Node) {
		r.RefuseValue(v.Place, text, "after is a list; write after: ["+cut(text, maxValue)+"]"+orNone)
		return nil
	}
	if !r.IsList(v) {
		return nil
	}
	if count := len(v.Node.Content); count > contract.MaxSteps {
		r.Refuse(v.Place, fmt.Sprintf("after has %d names, but there are at most %d steps; name each once", count, contract.MaxSteps))
		return nil
	}
	var names []reference
	for _, node := range v.Node.Content {
		item := v.Child("a name in after", node)
		if text, ok := r.Text(item); ok {
			names = append(names, reference{name: text, place: item.Place})
		}
	}
	return names
}

func (r *stepsReader) retries(v annotation.Value) int {
	text, ok := r.Text(v)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxRetries {
		r.RefuseValue(v.Place, text, fmt.Sprintf("retries is not a whole number from 0 to %d; write how often a failed command is started again", maxRetries))
		return 0
	}
	return n
}
